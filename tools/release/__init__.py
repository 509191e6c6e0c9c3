"""What is released: is all in the wheel and the source distribution that belongs there, and nothing else?"""
