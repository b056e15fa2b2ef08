//! What supervisord starts: the programs of its settings, which take their place beside it among what the container starts.
//!
//! Source: Supervisor's documentation, "Configuration File" and "Running Supervisor".

use super::effects::Effect;
use super::gone::may_take;
use super::launch::{base_name, is_shell};
use super::reasons;
use super::subject::{Obstacle, Subject};
use crate::facts::{absolute, is_within};

/// The settings that Debian's package brings, and the folder whose files they include.
const OF_PACKAGE: &str = "/etc/supervisor/supervisord.conf";
const INCLUDED: &str = "/etc/supervisor/conf.d";

/// Adds the programs of supervisord's settings to what the container starts.
pub(super) fn follow(subject: &mut Subject<'_, '_>) -> Result<(), Obstacle> {
    let starts = |words: &Vec<Option<String>>| {
        words
            .first()
            .and_then(Option::as_deref)
            .is_some_and(|word| base_name(word) == "supervisord")
    };
    // Another one than Debian's may read other files.
    if !subject.packages().iter().any(|package| package == "supervisor") {
        return Ok(());
    }
    let mut found = Vec::new();
    for words in &subject.launch.commands {
        if !starts(words) {
            found.push(words.clone());
            continue;
        }
        found.push(vec![words[0].clone()]);
        for (path, text) in settings(subject, &words[1..])? {
            found.extend(programs(&path, text)?);
        }
    }
    subject.launch.commands = found;
    Ok(())
}

fn unread(path: &str, what: &str) -> Obstacle {
    (&reasons::UNREAD_COMMAND, format!("`{path}`, which supervisord reads, {what}"))
}

/// The files that it reads, by the words behind it.
fn settings<'f>(
    subject: &Subject<'f, '_>,
    words: &[Option<String>],
) -> Result<Vec<(String, &'f str)>, Obstacle> {
    let mut main = None;
    let mut words = words.iter().map(Option::as_deref);
    while let Some(word) = words.next() {
        match word {
            Some("-n" | "--nodaemon") => {}
            Some("-c" | "--configuration") => main = words.next().flatten(),
            Some(word) if word.starts_with("--configuration=") => {
                main = word.split_once('=').map(|(_, path)| path);
            }
            word => {
                let word = word.unwrap_or("a variable");
                return Err(unread("supervisord", &format!("is given {word}")));
            }
        }
    }
    let folder = subject.folder.as_deref();
    let place = match main {
        Some(path) => absolute(path, folder).ok_or_else(|| unread(path, "is not known"))?,
        // It looks in these places, and beside its own folder.
        None => {
            let first = ["/usr/etc/supervisord.conf", "/usr/supervisord.conf"].map(str::to_owned);
            let here = ["supervisord.conf", "etc/supervisord.conf"];
            let here = here.iter().filter_map(|path| absolute(path, folder));
            let all = first.into_iter().chain(here).chain(["/etc/supervisord.conf".to_owned()]);
            let mut all = all.filter(|path| subject.source_text(path).is_some());
            all.next().unwrap_or_else(|| OF_PACKAGE.to_owned())
        }
    };
    let mut found = Vec::new();
    let mut includes = place == OF_PACKAGE;
    match subject.source_text(&place) {
        Some(text) => {
            let files: Vec<&str> = text
                .lines()
                .map(str::trim)
                .skip_while(|line| *line != "[include]")
                .skip(1)
                .take_while(|line| !line.starts_with('['))
                .filter(|line| !line.is_empty() && !line.starts_with([';', '#']))
                .collect();
            let known = |line: &&str| {
                let value = line.split_once('=').map(|(name, value)| (name.trim(), value.trim()));
                value == Some(("files", "/etc/supervisor/conf.d/*.conf"))
            };
            if !files.iter().all(known) {
                return Err(unread(&place, "includes files that are not known"));
            }
            includes = !files.is_empty();
            found.push((place.clone(), text));
        }
        None if place == OF_PACKAGE => {}
        None => return Err(unread(&place, "is not known")),
    }
    if includes {
        for copied in &subject.copied {
            for one in &copied.brings {
                let below = is_within(&one.place, INCLUDED);
                let above = is_within(INCLUDED, &one.place);
                if !copied.from_context && (below || above && one.place != "/") {
                    return Err(unread(INCLUDED, "is filled by another stage"));
                }
                if one.folder && (below || above) {
                    let names = subject.context.into_iter().flat_map(|context| {
                        context.below(&one.source).map(|(path, _)| path.to_owned())
                    });
                    let depth = if one.source.is_empty() { 0 } else { one.source.len() + 1 };
                    let places = names.map(|path| {
                        format!("{}/{}", one.place.trim_end_matches('/'), &path[depth..])
                    });
                    for place in places.filter(|place| is_included(place)) {
                        let text = subject.source_text(&place);
                        found.push((
                            place.clone(),
                            text.ok_or_else(|| unread(&place, "is not known"))?,
                        ));
                    }
                } else if is_included(&one.place) {
                    let text = subject.source_text(&one.place);
                    let text = text.ok_or_else(|| unread(&one.place, "is not known"))?;
                    found.push((one.place.clone(), text));
                }
            }
        }
    }
    for (path, _) in &found {
        let changed = subject.done.iter().any(|done| match &done.effect {
            Effect::Writes(paths) => paths.iter().any(|one| one == path),
            Effect::Removes(paths) => paths.iter().any(|gone| may_take(gone, path)),
            _ => false,
        });
        if changed {
            return Err(unread(path, "is changed by a step"));
        }
    }
    let written = subject.done.iter().find_map(|done| match &done.effect {
        Effect::Writes(paths) => paths.iter().find(|path| is_within(path, "/etc/supervisor")),
        _ => None,
    });
    match written {
        Some(path) => Err(unread(path, "is written by a step")),
        None => Ok(found),
    }
}

fn is_included(place: &str) -> bool {
    place
        .rsplit_once('/')
        .is_some_and(|(folder, name)| folder == INCLUDED && name.ends_with(".conf"))
}

/// The commands of a file of settings, each with its words; no shell reads them.
fn programs(path: &str, text: &str) -> Result<Vec<Vec<Option<String>>>, Obstacle> {
    let mut found = Vec::new();
    let mut section = "";
    for line in text.lines() {
        // A line that is indented goes on with the value above.
        if line.starts_with([' ', '\t']) && !line.trim().is_empty() {
            return Err(unread(path, "has a value of several lines"));
        }
        let line = line.split(" ;").next().unwrap_or(line).trim();
        if line.is_empty() || line.starts_with([';', '#']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            continue;
        }
        let (key, value) =
            line.split_once(['=', ':']).ok_or_else(|| unread(path, "is not understood"))?;
        let (key, value) = (key.trim(), value.trim());
        let kind = section.split(':').next().unwrap_or(section);
        let sets = |name: &str| value.contains(&format!("{name}="));
        match (kind, key) {
            (_, "environment") if sets("PATH") || value.contains("LD_") => {
                return Err(unread(path, "says where programs or libraries lie"));
            }
            ("program" | "eventlistener" | "fcgi-program", "directory") => {
                return Err(unread(path, "starts a program in another folder"));
            }
            ("program" | "eventlistener" | "fcgi-program", "command") => {
                let odd = |c: char| "\"'\\$%`*?{}~".contains(c);
                if value.contains(odd) {
                    return Err(unread(
                        path,
                        &format!("starts `{value}`, which is not understood"),
                    ));
                }
                let words: Vec<Option<String>> =
                    value.split_whitespace().map(|word| Some(word.to_owned())).collect();
                let first = words.first().and_then(Option::as_deref).unwrap_or_default();
                let relative = first.contains('/') && !first.starts_with('/');
                if first.is_empty() || is_shell(first) || relative {
                    return Err(unread(path, &format!("starts `{value}`, which is not followed")));
                }
                found.push(words);
            }
            _ => {}
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::programs;

    #[test]
    fn programs_of_settings() {
        let text = "[supervisord]\nnodaemon=true\n\n[program:a]\ncommand=/usr/local/bin/a -p 80 ; one\nautorestart = true\n";
        let found = programs("a.conf", text).unwrap();
        let words: Vec<&str> = found[0].iter().flatten().map(String::as_str).collect();
        assert_eq!(words, ["/usr/local/bin/a", "-p", "80"]);
        for (old, new) in [
            ("/usr/local/bin/a", "%(ENV_HOME)s/a"),
            ("/usr/local/bin/a", "bash -c 'a'"),
            ("/usr/local/bin/a", "./a"),
            ("autorestart = true", "directory=/srv"),
            ("autorestart = true", "environment=PATH=\"/opt/bin\""),
            ("autorestart = true", "  and more"),
        ] {
            assert!(programs("a.conf", &text.replace(old, new)).is_err(), "{new}");
        }
    }
}
