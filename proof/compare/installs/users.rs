//! Programs that add users and groups, and the home that a user may get.
//!
//! Sources: the manual pages of shadow, of Debian's adduser, and the help texts of busybox.

use super::super::folders::absolute;

/// What is followed by a word of its own, where that is not joined to it.
const FOLLOWED: &[&str] = &[
    "-G",
    "-c",
    "-d",
    "-g",
    "-h",
    "-s",
    "-u",
    "--comment",
    "--gecos",
    "--gid",
    "--groups",
    "--home",
    "--home-dir",
    "--ingroup",
    "--shell",
    "--uid",
];
/// What stands alone.
const ALONE: &[&str] = &[
    "-D",
    "-H",
    "-M",
    "-N",
    "-S",
    "-U",
    "-l",
    "-m",
    "-o",
    "-r",
    "--create-home",
    "--disabled-login",
    "--disabled-password",
    "--group",
    "--no-create-home",
    "--no-log-init",
    "--no-user-group",
    "--non-unique",
    "--quiet",
    "--system",
    "--user-group",
];

/// The home that a call gives to a user, which programs of that user ask for settings even if it is not made; `None` if it is another
/// call, or one with options that are not known.
pub(super) fn made(program: &str, words: &[&str]) -> Option<Vec<String>> {
    let user = matches!(program, "adduser" | "useradd");
    (user || matches!(program, "addgroup" | "groupadd")).then_some(())?;
    // `-rm` is `-r -m`, `-u1000` is `-u 1000`, and so is `--uid=1000` two words.
    let mut parted: Vec<String> = Vec::new();
    for word in words {
        match word.strip_prefix('-') {
            Some(long) if long.starts_with('-') => {
                parted.extend(word.splitn(2, '=').map(str::to_owned));
            }
            Some(short) => {
                for (at, letter) in short.char_indices() {
                    let one = format!("-{letter}");
                    let followed = FOLLOWED.contains(&one.as_str());
                    parted.push(one);
                    let behind = &short[at + letter.len_utf8()..];
                    if followed {
                        parted.extend(Some(behind.to_owned()).filter(|it| !it.is_empty()));
                        break;
                    }
                }
            }
            None => parted.push((*word).to_owned()),
        }
    }
    let mut names = Vec::new();
    let mut home = None;
    let mut words = parted.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "-d" | "-h" | "--home" | "--home-dir" => home = Some(words.next()?.to_owned()),
            _ if FOLLOWED.contains(&word) => _ = words.next()?,
            _ if ALONE.contains(&word) => {}
            _ if word.starts_with('-') => return None,
            name => names.push(name),
        }
    }
    if !user {
        return Some(Vec::new());
    }
    let home = home.or_else(|| names.first().map(|name| format!("/home/{name}")))?;
    absolute(&home, "", None).map(|home| vec![home])
}
