//! Commands that make users and groups: they read no project, and make nothing but the home of a user. Even one that is not made leads
//! what this user runs to settings in it.
//!
//! useradd(8) and groupadd(8) of shadow, adduser(8) of Debian, <https://busybox.net/downloads/BusyBox.html#adduser>

use crate::facts::absolute;

/// Long options with an argument.
const VALUED: [&str; 9] = [
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
/// Long options without one.
const FLAGS: [&str; 11] = [
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
/// Short options with an argument, and without one.
const SHORT: (&str, &str) = ("Gcdghsu", "DHMNSUlmor");

/// The homes that a command gives to users; `None` if it makes no user or group, or does more.
pub(super) fn homes(words: &[&str]) -> Option<Vec<String>> {
    let (program, rest) = words.split_first()?;
    let makes_user = match *program {
        "useradd" | "adduser" => true,
        "groupadd" | "addgroup" => false,
        _ => return None,
    };
    let mut names = Vec::new();
    let mut home = None;
    let mut rest = rest.iter().copied();
    while let Some(word) = rest.next() {
        if let Some(long) = word.strip_prefix("--") {
            let (name, value) = long.split_once('=').map_or((word, None), |(name, value)| {
                (&word[..name.len() + "--".len()], Some(value))
            });
            if VALUED.contains(&name) {
                let value = value.or_else(|| rest.next())?;
                home = Some(value).filter(|_| name.starts_with("--home")).or(home);
            } else if !FLAGS.contains(&word) {
                return None;
            }
        } else if let Some(short) = word.strip_prefix('-').filter(|short| !short.is_empty()) {
            let valued = short.find(|c| SHORT.0.contains(c));
            let (flags, value) = short.split_at(valued.unwrap_or(short.len()));
            flags.chars().all(|c| SHORT.1.contains(c)).then_some(())?;
            if let Some(option) = value.chars().next() {
                let attached = Some(&value[1..]).filter(|value| !value.is_empty());
                let value = attached.or_else(|| rest.next())?;
                // Of busybox `-h` is the home, of shadow `-d`.
                home = Some(value).filter(|_| matches!(option, 'd' | 'h')).or(home);
            }
        } else {
            names.push(word);
        }
    }
    if !makes_user {
        return Some(Vec::new());
    }
    let home =
        home.map_or_else(|| format!("/home/{}", names.first().unwrap_or(&"")), str::to_owned);
    absolute(&home, None).map(|home| vec![home])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homes_are_found() {
        let homes = |text: &str| homes(&text.split(' ').collect::<Vec<_>>());
        let home = |path: &str| Some(vec![path.to_owned()]);
        assert_eq!(homes("groupadd --gid 10001 app"), Some(Vec::new()));
        assert_eq!(homes("addgroup -S app"), Some(Vec::new()));
        assert_eq!(homes("useradd --uid 1 --home /app -s /bin/false app"), home("/app"));
        assert_eq!(homes("useradd -ms /bin/bash app"), home("/home/app"));
        assert_eq!(homes("useradd -rMu1000 -d /app app"), home("/app"));
        assert_eq!(homes("adduser -S -D -H -h /app -G app app"), home("/app"));
        assert_eq!(homes("adduser --system --home=/srv app"), home("/srv"));
        for more in ["useradd -k /app app", "useradd -R / app", "adduser --conf x a", "usermod a"] {
            assert_eq!(homes(more), None, "{more}");
        }
    }
}
