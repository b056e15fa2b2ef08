//! Wrappers: a script of the project, and properties beside it that tell where its tool comes from.
//!
//! Gradle User Manual, "Gradle Wrapper Reference"; Apache Maven Wrapper, <https://maven.apache.org/wrapper/>.

/// Whether a script leads to nothing in the project but what begins with `own` there, and does not move where the tool is kept.
pub(super) fn keeps_to(script: &str, own: &str) -> bool {
    let mut code = script.lines().map(str::trim_start).filter(|line| !line.starts_with('#'));
    code.all(|line| {
        let mut words = line.split(|c: char| c.is_whitespace() || "\"'`()=:;".contains(c));
        let calls = words.any(|word| {
            let rest = word.strip_prefix("./").unwrap_or_default();
            rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_'))
        });
        let mut below = ["APP_HOME", "BASEDIR", "BASE_DIR"].into_iter().flat_map(|folder| {
            line.match_indices(folder).map(move |(at, _)| &line[at + folder.len()..])
        });
        let strays = below.any(|rest| {
            let path: String = rest.chars().filter(|c| !matches!(c, '"' | '\'' | '}')).collect();
            path.starts_with('/') && !path[1..].starts_with(own)
        });
        let moves = ["GRADLE_USER_HOME=", "MAVEN_USER_HOME="]
            .iter()
            .any(|set| line.contains(set) && !line.contains(":-"));
        !calls && !strays && !moves
    })
}

/// Whether properties name servers alone, and keep what they fetch below the folder that the variable `home` names.
pub(super) fn is_remote(text: &str, home: &str) -> bool {
    properties(text).iter().all(|(key, value)| match key.as_str() {
        "distributionBase" | "zipStoreBase" => value == home,
        key if key.ends_with("Url") => {
            ["https://", "http://"].iter().any(|scheme| value.starts_with(scheme))
        }
        _ => true,
    })
}

/// The keys of a file of properties, each with its value, as java.util.Properties loads them: a backslash takes the meaning of
/// the next sign away, joins lines, and begins a code of four digits.
pub(super) fn properties(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines().map(str::trim_start);
    while let Some(first) = lines.next() {
        if first.is_empty() || first.starts_with(['#', '!']) {
            continue;
        }
        let mut line = first.to_owned();
        while line.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1 {
            line.pop();
            let Some(next) = lines.next() else { break };
            line.push_str(next);
        }
        let (mut key, mut value) = (String::new(), None);
        let mut signs = line.chars();
        while let Some(sign) = signs.next() {
            let escaped = sign == '\\';
            let sign = if escaped {
                signs.next().map_or(' ', |next| meant(next, &mut signs))
            } else {
                sign
            };
            match &mut value {
                None if !escaped && (sign.is_whitespace() || matches!(sign, '=' | ':')) => {
                    let rest = signs.as_str().trim_start();
                    let rest = rest.strip_prefix(['=', ':']).filter(|_| sign.is_whitespace());
                    signs = rest.unwrap_or(signs.as_str()).trim_start().chars();
                    value = Some(String::new());
                }
                None => key.push(sign),
                Some(value) => value.push(sign),
            }
        }
        found.push((key, value.unwrap_or_default()));
    }
    found
}

/// What a sign behind a backslash stands for.
fn meant(sign: char, rest: &mut std::str::Chars<'_>) -> char {
    match sign {
        't' => '\t',
        'n' => '\n',
        'r' => '\r',
        'f' => '\u{c}',
        'u' => {
            let code: String = rest.by_ref().take(4).collect();
            u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).unwrap_or('?')
        }
        other => other,
    }
}
