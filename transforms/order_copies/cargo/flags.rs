//! What rustc is told besides: whether a source without content passes it, and whether it asks for no file of the project.
//!
//! <https://doc.rust-lang.org/rustc/codegen-options/index.html>, <https://doc.rust-lang.org/rustc/platform-support.html>

/// Lints that a source without content breaks: it has no documentation, and uses no crate.
pub(super) const BROKEN: [&str; 2] = ["missing_docs", "unused_crate_dependencies"];
/// Options of code generation that name no file.
const PLAIN: [&str; 15] = [
    "codegen-units",
    "debuginfo",
    "embed-bitcode",
    "force-frame-pointers",
    "link-dead-code",
    "lto",
    "opt-level",
    "overflow-checks",
    "panic",
    "prefer-dynamic",
    "relocation-model",
    "strip",
    "symbol-mangling-version",
    "target-cpu",
    "target-feature",
];
/// Arguments for the linker that name no file.
const FOR_LINKER: [&str; 4] = ["-fuse-ld=", "-s", "-pthread", "-static"];

/// Whether flags of rustc, as they stand in a variable or a list, let it read no file, and let a source without content pass.
pub(super) fn are_plain<'w>(flags: impl IntoIterator<Item = &'w str>) -> bool {
    let mut flags = flags.into_iter();
    while let Some(flag) = flags.next() {
        let option = match flag {
            "-C" | "--codegen" => flags.next(),
            "-A" | "-W" | "--cfg" | "--cap-lints" => {
                let Some(word) = flags.next().map(|word| word.replace('-', "_")) else {
                    return false;
                };
                if flag == "-W" && BROKEN.contains(&word.as_str()) {
                    return false;
                }
                continue;
            }
            "-D" if flags.next() == Some("warnings") => continue,
            "-g" | "-O" | "-Dwarnings" => continue,
            _ if flag.starts_with("-A") => continue,
            _ => flag.strip_prefix("-C").or_else(|| flag.strip_prefix("--codegen=")),
        };
        let Some((name, value)) = option.map(|it| it.split_once('=').unwrap_or((it, ""))) else {
            return false;
        };
        let fine = match name {
            "linker" => !value.contains('/'),
            "link-arg" | "link-args" => FOR_LINKER
                .iter()
                .any(|known| value == *known || (known.ends_with('=') && value.starts_with(known))),
            _ => PLAIN.contains(&name),
        };
        if !fine || value.contains('$') {
            return false;
        }
    }
    true
}

/// Whether a program for a target has the standard library, without which `fn main() {}` is none.
pub(super) fn has_library(target: &str) -> bool {
    let systems = [
        "-linux-",
        "-windows-",
        "-darwin",
        "-freebsd",
        "-android",
        "wasm32-unknown-unknown",
        "wasm32-wasi",
    ];
    !target.ends_with(".json") && systems.iter().any(|system| target.contains(system))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_may_name_files() {
        let plain = |flags: &str| are_plain(flags.split_whitespace());
        assert!(plain(
            "-C target-cpu=native -Ctarget-feature=+crt-static -D warnings --cfg tokio_unstable"
        ));
        assert!(plain("-C link-arg=-fuse-ld=lld -C linker=clang"));
        assert!(!plain("-C link-arg=-Tlink.x") && !plain("-C linker=tools/ld"));
        assert!(!plain("-W missing-docs -D warnings") && !plain("-W unused_crate_dependencies"));
        assert!(
            !plain("-L native") && !plain("-D missing_docs") && !plain("-C profile-use=a.profdata")
        );
    }

    #[test]
    fn targets_may_lack_the_library() {
        assert!(has_library("x86_64-unknown-linux-musl") && has_library("wasm32-unknown-unknown"));
        assert!(!has_library("thumbv7em-none-eabi") && !has_library("x86_64-linux-own.json"));
    }
}
