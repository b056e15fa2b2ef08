module worldclock

go 1.19
