"""What strangers may see of a dealer's stock, and in which shape.

Everything here is a choice of what to show: a fact that is not named here is not public.
"""
