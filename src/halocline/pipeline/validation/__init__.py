"""Read published products as a user would, and judge them."""
