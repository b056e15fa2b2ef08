//! sharp, a package of npm that takes the libvips of the system only where that is new enough for it, and has its own otherwise.
//!
//! Sources: sharp's documentation, "Building from source", and `config.libvips` of its package.json (8.15 in 0.33.0); the package index of
//! Debian (libvips 8.10.5 in bullseye, 8.14.1 in bookworm).

use serde_json::Value;

use super::bases::suite;
use super::runtime::Runtime;

/// What else a project without a lockfile may ask for: nothing that asks for sharp.
const WITHOUT: &str = " @fastify/multipart @fastify/static @koa/multer @koa/router body-parser compression cors dotenv ejs express \
                       express-fileupload fastify helmet hono koa koa-router morgan multer nanoid pg pino redis sharp uuid winston ";

impl Runtime<'_, '_> {
    /// Whether packages of npm, as many as there are, leave the libvips of the system alone.
    pub(super) fn leaves_libvips_alone(&self) -> bool {
        let old = suite(&self.old.image)
            .is_some_and(|name| matches!(name, "buster" | "bullseye" | "bookworm"));
        let Some(context) = self.context.filter(|_| old) else { return false };
        let (mut wanted, mut settled, mut others) = (0, false, false);
        for (path, _) in context.entries() {
            if path.split('/').any(|part| part == "node_modules") {
                continue;
            }
            let file = path.rsplit('/').next().unwrap_or(path);
            let text = context.text(path);
            let json = || text.and_then(|text| serde_json::from_str::<Value>(text).ok());
            let fine = match file {
                "package.json" => {
                    let Some(manifest) = json() else { return false };
                    let mut fine = true;
                    for (kind, table) in manifest.as_object().into_iter().flatten() {
                        let Some(table) = table.as_object() else { continue };
                        if !kind.to_lowercase().ends_with("dependencies") {
                            continue;
                        }
                        if let Some(range) = table.get("sharp") {
                            wanted += 1;
                            fine &= range.as_str().is_some_and(is_new);
                        }
                        let runs = kind != "devDependencies";
                        others |= runs
                            && table.keys().any(|name| !WITHOUT.contains(&format!(" {name} ")));
                    }
                    fine
                }
                "package-lock.json" | "npm-shrinkwrap.json" => {
                    settled = true;
                    let packages =
                        json().and_then(|lock| Some(lock.get("packages")?.as_object()?.clone()));
                    let Some(packages) = packages else { return false };
                    packages.iter().all(|(place, package)| {
                        let own = place.rsplit("node_modules/").next() == Some("sharp");
                        let version = package.get("version").and_then(Value::as_str);
                        !own || version.is_some_and(is_new)
                    })
                }
                "yarn.lock" | "pnpm-lock.yaml" => {
                    settled = true;
                    let text = text.unwrap_or("/sharp/");
                    let cut = |c: char| c.is_whitespace() || "\"',/:".contains(c);
                    // yarn 2 writes `sharp@npm:^0.33.4`.
                    let text_of = text.replace("@npm:", "@");
                    let mut words = text_of.split(cut);
                    !text.contains("/sharp/")
                        && words.all(|word| word.strip_prefix("sharp@").is_none_or(is_new))
                }
                "CMakeLists.txt" => false,
                _ => {
                    let end = file.rsplit_once('.').map_or("", |(_, end)| end);
                    let source = ["js", "mjs", "cjs", "ts", "mts", "cts", "sh"].contains(&end);
                    let calls = source && text.is_none_or(|text| text.contains("vips"));
                    !calls && end != "gyp" && end != "gypi"
                }
            };
            if !fine {
                return false;
            }
        }
        wanted > 0 && (settled || !others)
    }
}

/// Whether a version or a range is of those that ask for a libvips of 8.15 or newer.
fn is_new(range: &str) -> bool {
    let digits = range.trim_start_matches(['^', '~', '=']);
    let minor = digits.strip_prefix("0.").and_then(|rest| rest.split('.').next());
    minor.and_then(|minor| minor.parse::<u32>().ok()).is_some_and(|minor| minor > 32)
}
