def write(tables): pass
