#!/bin/sh
getent services http
