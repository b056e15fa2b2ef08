//! sharp beside headers of libvips that are too old for it: it keeps the libvips that it brings.
//!
//! Sources: sharp.pixelplumbing.com, "Installation" (prebuilt binaries are used but where a libvips of the system has at least the version of
//! `config.libvips` in package.json, which is 8.15 from sharp 0.33 on); Debian's package libvips (8.14.1 in bookworm).

use serde_json::Value;

use super::super::launch::base_name;
use super::super::subject::Subject;
use crate::knowledge::brings_libraries;

/// The headers that such a release holds, and that nothing is linked with.
pub(super) const HEADERS: &str = "libvips-dev";
const PACKAGE: &str = "sharp";
/// Releases of Debian whose libvips is older.
const OLDER: [&str; 3] = ["buster", "bullseye", "bookworm"];
/// Packages that lead to no sharp of another version.
const ASIDE: [&str; 25] = [
    "@fastify/multipart",
    "@fastify/static",
    "@koa/multer",
    "@koa/router",
    "body-parser",
    "compression",
    "cors",
    "dotenv",
    "ejs",
    "express",
    "express-fileupload",
    "fastify",
    "helmet",
    "hono",
    "koa",
    "koa-router",
    "morgan",
    "multer",
    "nanoid",
    "pg",
    "pino",
    "redis",
    "sharp",
    "uuid",
    "winston",
];

/// Whether the program has sharp, all versions of which bring their libvips, so that nothing is linked with that of the system.
pub(super) fn brings_its_libvips(subject: &Subject<'_, '_>) -> bool {
    let Some(context) = subject.context else { return false };
    if !subject.suite.is_some_and(|suite| OLDER.contains(&suite)) {
        return false;
    }
    let files = || context.entries().map(|(path, _)| path);
    let own = |path: &&str| !path.contains("node_modules/");
    let mut asked = false;
    let mut locked = false;
    let mut alone = true;
    for path in files().filter(own) {
        let name = base_name(path);
        // What the project compiles itself may be linked with anything.
        if name.ends_with(".gyp") || name.ends_with(".gypi") || name == "CMakeLists.txt" {
            return false;
        }
        let text = || context.text(path).unwrap_or_default();
        // Programs of libvips come beside its headers.
        if is_source(name) && text().contains("vips") {
            return false;
        }
        match name {
            "package.json" => {
                let Ok(manifest) = serde_json::from_str::<Value>(text()) else { return false };
                for table in ["dependencies", "devDependencies", "optionalDependencies"] {
                    let table = manifest.get(table).and_then(Value::as_object);
                    let version = table.and_then(|all| all.get(PACKAGE));
                    let brings = |version: &Value| {
                        version.as_str().is_some_and(|range| brings_libraries(PACKAGE, range))
                    };
                    asked |= version.is_some();
                    if !version.is_none_or(brings) {
                        return false;
                    }
                }
                let needed = ["dependencies", "optionalDependencies"];
                let needed = needed.iter().filter_map(|table| manifest.get(table)?.as_object());
                alone &= needed.flatten().all(|(name, _)| ASIDE.contains(&name.as_str()));
            }
            "package-lock.json" | "npm-shrinkwrap.json" => {
                let lock = serde_json::from_str::<Value>(text()).unwrap_or_default();
                let Some(packages) = lock.get("packages").and_then(Value::as_object) else {
                    return false;
                };
                let mut found =
                    packages.iter().filter(|(place, _)| place.ends_with("node_modules/sharp"));
                locked = true;
                if !found.all(|(_, package)| {
                    let version = package.get("version").and_then(Value::as_str);
                    version.is_some_and(|version| brings_libraries(PACKAGE, version))
                }) {
                    return false;
                }
            }
            "yarn.lock" | "pnpm-lock.yaml" => {
                locked = true;
                if !lists_newer_alone(text()) {
                    return false;
                }
            }
            _ => {}
        }
    }
    asked && (locked || alone)
}

fn is_source(name: &str) -> bool {
    [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".sh"].iter().any(|end| name.ends_with(end))
}

/// Whether a lockfile of yarn or pnpm names sharp, and only versions of it that bring their libraries.
fn lists_newer_alone(text: &str) -> bool {
    let mut rest = text;
    let mut named = false;
    while let Some(at) = rest.find("sharp@") {
        let whole = !rest[..at].ends_with(|c: char| c.is_alphanumeric() || "-_.".contains(c));
        let version = rest[at + "sharp@".len()..].trim_start_matches("npm:");
        if whole && !brings_libraries(PACKAGE, version) {
            return false;
        }
        named |= whole;
        rest = version;
    }
    named && !text.contains("/sharp/")
}

#[cfg(test)]
mod tests {
    use super::lists_newer_alone;

    #[test]
    fn lockfiles_tell_versions() {
        assert!(lists_newer_alone("\nsharp@^0.33.4:\n  version \"0.33.5\"\n"));
        assert!(lists_newer_alone("\n\"sharp@npm:^0.34.1\":\n"));
        assert!(lists_newer_alone("  sharp@0.33.4:\n  /gatsby-plugin-sharp@5.1.0:\n"));
        assert!(!lists_newer_alone("\nsharp@^0.31.0, sharp@^0.33.4:\n"));
        assert!(!lists_newer_alone("  /sharp/0.31.2:\n"));
        assert!(!lists_newer_alone("left-pad@^1.0.0:\n"));
    }
}
