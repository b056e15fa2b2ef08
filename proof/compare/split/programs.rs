//! Which programs a call of the Go compiler leaves, where it is given more than one package (`go help build`), and which come with packages.

use dockslim_contract::BuildContext;

use crate::program::Call;
use crate::shell::{Command, plain};

/// Programs that a package of Debian or Ubuntu brings, by the first word of each line (the lists of files of the packages in their indexes).
const OF_PACKAGES: &str = "
apache2-utils ab htpasswd rotatelogs
bind9-dnsutils delv dig nslookup nsupdate
bind9-host host
bsdutils logger renice script scriptreplay wall
default-mysql-client mariadb mysql mysqladmin mysqlcheck mysqldump
dnsutils delv dig nslookup nsupdate
ghostscript gs ps2pdf
gnupg gpg
inotify-tools inotifywait inotifywatch
iproute2 ip ss tc
iputils-ping ping
ldap-utils ldapmodify ldapsearch ldapwhoami
mariadb-client mariadb mysql mysqladmin mysqlcheck mysqldump
mosquitto-clients mosquitto_pub mosquitto_sub
net-tools ifconfig netstat route
netcat-openbsd nc netcat
netcat-traditional nc netcat
openssh-client scp sftp ssh ssh-add ssh-agent ssh-keygen ssh-keyscan
poppler-utils pdfinfo pdftoppm pdftotext
postgresql-client clusterdb createdb createuser dropdb dropuser pg_dump pg_dumpall pg_isready pg_restore psql reindexdb vacuumdb
psmisc fuser killall pstree
redis-tools redis-benchmark redis-cli
xz-utils unxz xz xzcat
";

/// Whether a program that is called by its name alone is one of those of a package.
pub(super) fn comes_with(package: &str, program: &str) -> bool {
    let package = match package.rsplit_once('-') {
        Some(("postgresql-client", version)) if version.parse::<u32>().is_ok() => {
            "postgresql-client"
        }
        _ => package,
    };
    OF_PACKAGES.lines().any(|line| {
        let mut words = line.split(' ');
        words.next() == Some(package) && words.any(|word| word == program)
    })
}

/// The names of all programs that a call makes and keeps, if it builds several packages at once; `None` if it does not.
pub(super) fn of_several(call: &Call<'_>, context: Option<&BuildContext>) -> Option<Vec<String>> {
    let command = Command::of(&call.words);
    let words: Vec<&str> = call.words.iter().filter_map(|word| plain(word)).collect();
    let verb = words.iter().position(|word| matches!(*word, "build" | "install"))?;
    let keeps = words[verb] == "install" || words.iter().any(|word| word.starts_with("-o"));
    if !command.is("go") || !keeps {
        return None;
    }
    let mut packages = Vec::new();
    let mut rest = words[verb + 1..].iter();
    while let Some(word) = rest.next() {
        match *word {
            "-o" | "-ldflags" | "-tags" | "-mod" | "-p" | "-gcflags" => {
                rest.next();
            }
            word if word.starts_with('-') => {}
            word => packages.push(word),
        }
    }
    let all = packages.iter().find_map(|package| package.strip_suffix("..."));
    match all {
        Some(below) => Some(below_folder(below.trim_matches(['.', '/']), context)),
        None if packages.len() > 1 => {
            let named = packages.iter().map(|package| package.trim_end_matches('/'));
            let last = named.filter_map(|package| package.rsplit('/').next());
            Some(
                last.filter(|name| *name != "." && !name.ends_with(".go"))
                    .map(str::to_owned)
                    .collect(),
            )
        }
        None => None,
    }
}

/// The folders of the build context that hold a package main, by their names.
fn below_folder(below: &str, context: Option<&BuildContext>) -> Vec<String> {
    let mut found = Vec::new();
    // A folder with a go.mod below another one is a module of its own, which `...` does not enter.
    let manifests = context.into_iter().flat_map(BuildContext::entries);
    let mut modules: Vec<&str> =
        manifests.filter_map(|(path, _)| path.strip_suffix("go.mod")).collect();
    modules.sort_by_key(|folder| folder.len());
    for (path, _) in context.into_iter().flat_map(BuildContext::entries) {
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        let aside = folder
            .split('/')
            .any(|part| matches!(part, "testdata" | "vendor") || part.starts_with(['_', '.']));
        let own = format!("/{folder}/").contains(&format!("/{below}/")) || below.is_empty();
        let other = modules.iter().skip(1).any(|module| path.starts_with(module));
        if other
            || !file.ends_with(".go")
            || file.ends_with("_test.go")
            || aside
            || !own
            || folder.is_empty()
        {
            continue;
        }
        let text = context.and_then(|context| context.text(path)).unwrap_or_default();
        let main = text.lines().any(|line| line.trim() == "package main");
        // A file that only some systems or tags build is none of a package's own.
        let for_all = !text.contains("//go:build") && !text.contains("// +build");
        let name = folder.rsplit('/').next().unwrap_or(folder).to_owned();
        if main && for_all && !found.contains(&name) {
            found.push(name);
        }
    }
    found
}
