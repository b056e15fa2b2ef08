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
pub(super) fn is_remote(properties: &str, home: &str) -> bool {
    properties.lines().all(|line| {
        let line = line.trim();
        let end = line.find(|c: char| c.is_whitespace() || c == '=' || c == ':');
        let (key, value) = line.split_at(end.unwrap_or(line.len()));
        let value = value.trim_start_matches(|c: char| c.is_whitespace() || c == '=' || c == ':');
        match key {
            "distributionBase" | "zipStoreBase" => value == home,
            key if key.ends_with("Url") => ["https://", "http://", "https\\://", "http\\://"]
                .iter()
                .any(|scheme| value.starts_with(scheme)),
            _ => true,
        }
    })
}
