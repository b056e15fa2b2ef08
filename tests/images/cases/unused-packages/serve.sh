#!/bin/sh
getent services http
test -z "$QUESTION" || whiptail --yesno "$QUESTION" 10 40
