<?php
$owner = posix_getpwuid(fileowner('/srv/hello.php'))['name'];
printf("hello of %s, %o, %o\n", $owner, fileperms('/tmp'), fileperms('/usr/bin/sha1sum'));
