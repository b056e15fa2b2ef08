//! Programs of packages that have another name (the lists of files of Debian's and Ubuntu's packages).

/// A package in each line, and what it brings in a folder of programs.
const OF_PACKAGES: &str = "\
apache2 apache2ctl apachectl
apache2-utils ab htpasswd rotatelogs
bind9-dnsutils delv dig nslookup nsupdate
bind9-host host
bsdutils logger renice script scriptreplay wall
bzip2 bunzip2 bzcat
default-mysql-client mariadb mysql mysqladmin mysqlcheck mysqldump
dnsutils delv dig nslookup nsupdate
fontconfig fc-cache fc-list fc-match
gettext-base envsubst ngettext
ghostscript gs ps2pdf
gnupg gpg
imagemagick compare composite convert identify mogrify montage
inotify-tools inotifywait inotifywatch
iproute2 ip ss tc
iputils-ping ping
ldap-utils ldapmodify ldapsearch ldapwhoami
mariadb-client mariadb mysql mysqladmin mysqlcheck mysqldump
mercurial hg
mosquitto-clients mosquitto_pub mosquitto_sub
net-tools ifconfig netstat route
netcat-openbsd nc netcat
netcat-traditional nc netcat
nginx-core nginx
nginx-extras nginx
nginx-full nginx
nginx-light nginx
openssh-client scp sftp ssh ssh-add ssh-agent ssh-keygen ssh-keyscan
poppler-utils pdfinfo pdftoppm pdftotext
postgresql-client clusterdb createdb createuser dropdb dropuser pg_dump pg_dumpall pg_isready pg_restore psql reindexdb vacuumdb
procps free pgrep pkill ps top uptime vmstat watch
psmisc fuser killall pstree
redis-tools redis-benchmark redis-cli
subversion svn
supervisor supervisord
xz-utils unxz xz xzcat
";

/// Whether a package brings a program.
pub(super) fn brings(package: &str, program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    // The run-time environments of Debian; a later test asks for the version.
    let java = name == "java" && package.contains("-jre");
    let known = match package.rsplit_once('-') {
        Some(("postgresql-client", version)) if version.parse::<u32>().is_ok() => {
            "postgresql-client"
        }
        _ => package,
    };
    java || package == name
        || OF_PACKAGES.lines().any(|line| {
            let mut words = line.split(' ');
            words.next() == Some(known) && words.any(|word| word == name)
        })
}
