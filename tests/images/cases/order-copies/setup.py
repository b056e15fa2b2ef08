from setuptools import setup

setup(name="greeting", version="1", packages=["greeting"])
