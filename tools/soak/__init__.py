"""A study of many tiny trials in one run: do memory, open files and threads stay flat?"""
