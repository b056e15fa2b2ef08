//! prisma: its install script makes a client from the schema of the project.
//!
//! <https://www.prisma.io/docs/orm/prisma-schema/overview/location>, <https://www.prisma.io/docs/orm/prisma-schema/overview/generators>

use super::Files;

/// The schemas that the script reads, one at most; `None` if it may read or write more of the project.
pub(super) fn schema(here: &str, package: &str, files: &impl Files) -> Option<Vec<String>> {
    let at = |name: &str| format!("{}/{name}", here.trim_end_matches('/'));
    let package: serde_json::Value =
        serde_json::from_str(package.trim_start_matches('\u{feff}')).ok()?;
    let more = [".env", "prisma/.env", "schema.prisma", ".config"];
    let ends = ["ts", "js", "mjs", "cjs", "mts", "cts"];
    let config = ends.iter().any(|end| files.exists(&at(&format!("prisma.config.{end}"))));
    if config
        || more.iter().any(|name| files.exists(&at(name)))
        || package.pointer("/prisma/schema").is_some()
    {
        return None;
    }
    let Some(folder) = files.source(&at("prisma")) else { return Some(Vec::new()) };
    let schemas: Vec<&str> = files
        .context()
        .below(&folder)
        .map(|(path, _)| path)
        .filter(|path| path.ends_with(".prisma"))
        .collect();
    let place = at("prisma/schema.prisma");
    match schemas[..] {
        [] => Some(Vec::new()),
        [only] if files.source(&place).as_deref() == Some(only) => {
            let text = files.text(&place)?;
            // Each block called generator, up to its brace.
            let mut blocks =
                text.split("generator ").skip(1).filter_map(|rest| rest.split_once('}'));
            let own = blocks.all(|(block, _)| {
                block.contains("\"prisma-client-js\"") && !block.contains("output")
            });
            own.then(|| vec![place])
        }
        _ => None,
    }
}
