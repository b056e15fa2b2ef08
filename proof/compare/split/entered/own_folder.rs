//! Scripts that ask where they lie: `$(dirname "$0")`, and what begins there.
//!
//! Sources: POSIX, "Shell Command Language", "Special Parameters"; the manual of bash, "Bash Variables".

/// Folders of Debian that lead to others, so that what `pwd` says differs from what was asked for.
const LEAD_ON: &str = "/bin /lib /lib64 /sbin /var/lock /var/run";

/// The text of a script with the folder in which it lies where it asks for that; a variable that a line of its own sets to it once is written
/// out behind that line.
pub(super) fn told(text: &str, place: &str, here: &str, texts: &[String]) -> String {
    let Some((folder, name)) = place.rsplit_once('/') else { return text.to_owned() };
    let odd = |byte: u8| !(byte.is_ascii_alphanumeric() || b"_-./".contains(&byte));
    let leads_on = LEAD_ON
        .split(' ')
        .any(|one| folder.strip_prefix(one).is_some_and(|it| it.is_empty() || it.starts_with('/')));
    let by_path = texts.iter().any(|one| one.contains(&format!("/{name}")));
    let quoted = ["<<'", "<<\"", "<<\\"].iter().any(|sign| text.contains(sign));
    if folder.is_empty() || folder.bytes().any(odd) || leads_on || quoted {
        return text.to_owned();
    }
    if !by_path && here != folder {
        return text.to_owned();
    }
    let bash = text.lines().next().is_some_and(|line| line.contains("bash"));
    let mut lines: Vec<String> = Vec::new();
    let mut known: Vec<(String, String)> = Vec::new();
    let all: Vec<&str> = text.lines().collect();
    for (number, line) in all.iter().enumerate() {
        let mut line = (*line).to_owned();
        if !line.trim_start().starts_with('#') {
            line = answered(&line, folder, bash);
            let set = line.split_once('=').map(|(name, value)| (name, value.trim_matches('"')));
            let own = set.filter(|(name, value)| {
                line != all[number]
                    && value.starts_with('/')
                    && !value.bytes().any(odd)
                    && is_set_once(name, number, &all, texts)
            });
            if let Some((name, value)) = own {
                known.push((name.to_owned(), value.to_owned()));
                lines.push(String::new());
                continue;
            }
            for (name, value) in &known {
                line = line.replace(&format!("${{{name}}}"), value);
                let bare = format!("${name}");
                let mut from = 0;
                while let Some(at) = line[from..].find(&bare).map(|at| at + from) {
                    let end = at + bare.len();
                    from = end;
                    if !line[end..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_') {
                        line.replace_range(at..end, value);
                        from = at + value.len();
                    }
                }
            }
        }
        lines.push(line);
    }
    lines.join("\n") + "\n"
}

/// Whether a line outside of all blocks is the only one that sets a variable, none before it names that, and all behind it read it whole.
fn is_set_once(name: &str, number: usize, lines: &[&str], texts: &[String]) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(part) {
        return false;
    }
    let places = |text: &str| {
        let found = text.match_indices(name).filter(|(at, _)| {
            !text[..*at].ends_with(part) && !text[at + name.len()..].starts_with(part)
        });
        found.map(|(at, _)| at).collect::<Vec<_>>()
    };
    let mut depth = 0_i32;
    let mut quotes = 0;
    for line in &lines[..number] {
        let line = line.trim();
        if line.starts_with('#') {
            continue;
        }
        if !places(line).is_empty() || line.contains("<<") {
            return false;
        }
        for word in line.split(|c: char| c.is_whitespace() || ";()".contains(c)) {
            depth += match word {
                "if" | "case" | "do" | "{" => 1,
                "fi" | "esac" | "done" | "}" => -1,
                _ => 0,
            };
        }
        quotes += line.matches(['"', '\'']).count();
    }
    let said = |line: &&&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let before = lines[..number].iter().rev().find(said).map_or("", |line| line.trim_end());
    let goes_on = before.ends_with(['\\', '&', '|', '(']) || before.contains(" #");
    let open = depth != 0 || quotes % 2 != 0 || goes_on;
    let reads = |text: &str, at: usize| {
        let behind = &text[at + name.len()..];
        let bare = text[..at].ends_with('$') && !behind.starts_with('=');
        bare || text[..at].ends_with("${") && behind.starts_with('}')
    };
    let read = lines[number + 1..].iter().all(|line| {
        line.trim_start().starts_with('#') || places(line).iter().all(|at| reads(line, *at))
    });
    let single =
        lines[number + 1..].iter().any(|line| line.contains('\'') && !places(line).is_empty());
    let elsewhere = texts.iter().any(|text| places(text).iter().any(|at| !reads(text, *at)));
    !open && read && !single && !elsewhere
}

/// A line in which each substitution that asks for the folder of the script is its answer.
fn answered(line: &str, folder: &str, bash: bool) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find("$(") {
        let single = line[..line.len() - rest.len() + at].matches('\'').count() % 2 == 1;
        let mut open = 0;
        let end = rest[at..].find(|c| {
            open += i32::from(c == '(') - i32::from(c == ')');
            c == ')' && open == 0
        });
        let Some(end) = end.map(|end| at + end + 1) else { break };
        let answer = answer(&rest[at..end], folder, bash).filter(|_| !single);
        out.push_str(&rest[..at]);
        match answer {
            Some(answer) => {
                out.push_str(&answer);
                rest = &rest[end..];
            }
            None => {
                out.push_str("$(");
                rest = &rest[at + 2..];
            }
        }
    }
    out + rest
}

fn answer(raw: &str, folder: &str, bash: bool) -> Option<String> {
    let mut asked: String = raw.chars().filter(|c| *c != '"' && !c.is_whitespace()).collect();
    asked = asked.replace("${0}", "$0");
    if bash {
        asked = asked.replace("${BASH_SOURCE[0]}", "$0").replace("${BASH_SOURCE}", "$0");
        asked = asked.replace("$BASH_SOURCE", "$0").replace("&>/dev/null", "");
    }
    asked = asked.replace(">/dev/null2>&1", "").replace(">/dev/null", "");
    asked = asked.replace("$(dirname--$0)", "$(dirname$0)").replace("$(cd--", "$(cd");
    if asked == "$(dirname$0)" {
        return Some(folder.to_owned());
    }
    let inside = asked.strip_prefix("$(cd$(dirname$0)")?.strip_suffix(')')?;
    let (above, says) = inside.split_once("&&").or_else(|| inside.split_once(';'))?;
    let mut found = folder.to_owned();
    for part in above.split('/').filter(|part| !part.is_empty()) {
        let parent = found.rsplit_once('/').filter(|_| part == "..")?.0.to_owned();
        found = parent;
    }
    (matches!(says, "pwd" | "pwd-P") && !found.is_empty()).then_some(found)
}
