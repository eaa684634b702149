"""What runs when and with what; the command line."""
