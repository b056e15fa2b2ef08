//! sharp beside headers of libvips that are too old for it: it keeps the libvips that it brings.
//!
//! Sources: sharp.pixelplumbing.com, "Installation" (prebuilt binaries are used but where a libvips of the system has at least the version of
//! `config.libvips` in package.json, which is 8.15 from sharp 0.33 on); Debian's package libvips (8.14.1 in bookworm).

use serde_json::Value;

use super::super::effects::Effect;
use super::super::launch::{base_name, parent_of};
use super::super::subject::Subject;
use crate::knowledge::{HARMLESS_SCRIPTS, brings_libraries};

/// The headers that such a release holds, and that nothing is linked with.
pub(super) const HEADERS: &str = "libvips-dev";
/// What its library leads to that letters are drawn by (Debian's packages libvips42, libpango-1.0-0, fontconfig-config).
pub(super) const FONTS: &str = "fontconfig";
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
    if !subject.suite.is_some_and(|suite| OLDER.contains(&suite)) || names_packages(subject) {
        return false;
    }
    let own = |path: &&str| !path.contains("node_modules/");
    let files: Vec<&str> = context.entries().map(|(path, _)| path).filter(own).collect();
    let text = |path: &str| context.text(path).unwrap_or_default();
    // What the project compiles itself may be linked with anything, and programs of libvips come beside its headers.
    let other = |path: &&str| {
        let name = base_name(path);
        let compiled =
            name.ends_with(".gyp") || name.ends_with(".gypi") || name == "CMakeLists.txt";
        compiled || is_source(name) && text(path).contains("vips")
    };
    let named = |names: &[&str]| -> Vec<&str> {
        let known = |path: &&&str| names.contains(&base_name(path));
        files.iter().filter(known).copied().collect()
    };
    let [manifest] = named(&["package.json"])[..] else { return false };
    if files.iter().any(other) {
        return false;
    }
    let alone = asks_for_newer(text(manifest));
    match named(&["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"])[..] {
        [] => alone == Some(true),
        [lock] if parent_of(lock) != parent_of(manifest) => false,
        [lock] if lock.ends_with(".json") => alone.is_some() && settles_newer(text(lock)),
        [lock] => alone == Some(true) && lists_newer_alone(text(lock)),
        _ => false,
    }
}

/// Whether a call of a package manager asks for packages by their names, besides what the manifest asks for.
fn names_packages(subject: &Subject<'_, '_>) -> bool {
    let installs = subject.done.iter().filter(|done| matches!(done.effect, Effect::Packages(_)));
    { installs }.any(|done| {
        let words: Option<Vec<&str>> = done.command.words.iter().map(Option::as_deref).collect();
        let words = words.unwrap_or_default();
        let mut operands = words.iter().skip(1).filter(|word| !word.starts_with('-'));
        let verb = operands.next().is_none_or(|word| matches!(*word, "install" | "i" | "ci"));
        !verb || operands.next().is_some() || words.iter().any(|word| word.contains("build-from"))
    })
}

/// Whether a manifest asks for sharp, in versions that bring their libvips: with whether all else that it asks for to run is known to lead to
/// no other one; `None` if it does not, or may ask for more.
fn asks_for_newer(manifest: &str) -> Option<bool> {
    let manifest: Value = serde_json::from_str(manifest).ok()?;
    let leads = ["resolutions", "overrides", "pnpm", "workspaces"];
    if leads.iter().any(|key| manifest.get(key).is_some()) {
        return None;
    }
    // They may install by themselves.
    let scripts = manifest.get("scripts").and_then(Value::as_object);
    let of_installs = ["preinstall", "install", "postinstall", "prepare"];
    if scripts.is_some_and(|all| of_installs.iter().any(|name| all.contains_key(*name))) {
        return None;
    }
    let tables = ["dependencies", "optionalDependencies", "devDependencies", "peerDependencies"];
    let tables = tables.iter().filter_map(|table| manifest.get(table)?.as_object());
    let mut versions = tables.filter_map(|table| table.get(PACKAGE)).peekable();
    versions.peek()?;
    let brings =
        |version: &Value| version.as_str().is_some_and(|range| brings_libraries(PACKAGE, range));
    if !versions.all(brings) {
        return None;
    }
    let needed = ["dependencies", "optionalDependencies", "peerDependencies"];
    let needed = needed.iter().filter_map(|table| manifest.get(table)?.as_object());
    Some(needed.flatten().all(|(name, _)| ASIDE.contains(&name.as_str())))
}

/// Whether a lockfile of npm holds sharp in versions alone that bring their libvips, and no other package that compiles or fetches programs
/// (npm, "package-lock.json", `name`, `hasInstallScript`).
fn settles_newer(lock: &str) -> bool {
    let lock = serde_json::from_str::<Value>(lock).unwrap_or_default();
    let packages = lock.get("packages").and_then(Value::as_object);
    packages.is_some_and(|packages| {
        packages.iter().filter(|(place, _)| !place.is_empty()).all(|(place, package)| {
            let text = |key: &str| package.get(key).and_then(Value::as_str);
            let name = text("name").or(place.rsplit("node_modules/").next()).unwrap_or(place);
            let runs = package.get("hasInstallScript") == Some(&Value::Bool(true));
            match name {
                PACKAGE => text("version").is_some_and(|it| brings_libraries(PACKAGE, it)),
                _ => !runs || HARMLESS_SCRIPTS.contains(&name),
            }
        })
    })
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
