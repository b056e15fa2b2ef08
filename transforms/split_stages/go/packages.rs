//! The packages that a call of the Go compiler names, and what it calls their programs (`go help packages`, `go help build`).

use std::collections::BTreeMap;

use super::super::launch::parent_of;
use super::super::subject::Subject;
use super::base_name;
use crate::facts::{absolute, is_within};

/// The names of the programs that a call in `folder` makes of its operands; `None` if that is not known.
pub(super) fn programs(
    subject: &Subject<'_, '_>,
    folder: Option<&str>,
    operands: &[&str],
) -> Option<Vec<String>> {
    // Files alone are one package, named after the first.
    if let Some(first) = operands.first().filter(|first| first.ends_with(".go")) {
        return Some(vec![base_name(first).trim_end_matches(".go").to_owned()]);
    }
    let project = Project::of(subject);
    if operands.is_empty() {
        return Some(vec![project.name(folder?)?]);
    }
    let mut names = Vec::new();
    for operand in operands {
        let package = operand.split('@').next()?;
        let own = || -> Option<String> {
            let local = package == "." || package.starts_with("./") || package.starts_with("../");
            absolute(package.trim_end_matches("...").trim_end_matches('/'), folder)
                .filter(|_| local)
        };
        if package.ends_with("...") {
            let below =
                own().or_else(|| (package == "...").then(|| folder.map(str::to_owned))?)?;
            names.extend(project.mains(subject, &below)?);
        } else if package.starts_with('.') {
            names.push(
                last(package)
                    .filter(|name| !name.starts_with('.'))
                    .or_else(|| project.name(&own()?))?,
            );
        } else {
            names.push(last(package)?);
        }
    }
    names.dedup();
    Some(names)
}

/// The last part of an import path, or the one in front of `v2`.
fn last(path: &str) -> Option<String> {
    let mut parts = path.trim_end_matches('/').rsplit('/');
    let last = parts.next()?;
    let version = last
        .strip_prefix('v')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()));
    Some(if version { parts.next()? } else { last }.to_owned())
}

/// The sources and manifests of Go that come from the build context, by their paths in the image.
struct Project<'f> {
    /// Whether the build writes a manifest itself.
    makes_module: bool,
    texts: BTreeMap<String, &'f str>,
}

impl<'f> Project<'f> {
    fn of(subject: &Subject<'f, '_>) -> Self {
        let mut texts = BTreeMap::new();
        let makes_module = subject.done.iter().any(|done| {
            done.command
                .package_call()
                .is_some_and(|call| call.manager.name == "go" && call.is("mod init"))
        });
        let Some(context) = subject.context else { return Self { makes_module, texts } };
        let own = subject.copied.iter().filter(|copied| copied.from_context);
        for one in own.flat_map(|copied| &copied.brings) {
            let read = |path: &str| path.ends_with(".go") || base_name(path) == "go.mod";
            if !one.folder {
                let text = context.text(&one.source).filter(|_| read(&one.source));
                texts.extend(text.map(|text| (one.place.clone(), text)));
                continue;
            }
            let depth = if one.source.is_empty() { 0 } else { one.source.len() + 1 };
            for (path, _) in context.below(&one.source).filter(|(path, _)| read(path)) {
                let place = format!("{}/{}", one.place.trim_end_matches('/'), &path[depth..]);
                texts.extend(context.text(path).map(|text| (place, text)));
            }
        }
        Self { makes_module, texts }
    }

    /// The name of the program in a folder: the last part of its import path.
    fn name(&self, folder: &str) -> Option<String> {
        let mut root = folder.trim_end_matches('/');
        loop {
            if let Some(manifest) = self.texts.get(&format!("{root}/go.mod")) {
                let module =
                    manifest.lines().find_map(|line| line.trim().strip_prefix("module "))?;
                let module = module.split("//").next()?.trim().trim_matches('"');
                return last(&format!("{module}{}", &folder.trim_end_matches('/')[root.len()..]));
            }
            match root.rsplit_once('/') {
                Some((above, _)) => root = above,
                // In a GOPATH packages are called as their folders are.
                None if self.makes_module || !folder.contains("/go/src/") => return None,
                None => return Some(base_name(folder).to_owned()),
            }
        }
    }

    /// The names of all programs in a folder and below it; `None` if a condition decides about one, or there is none.
    fn mains(&self, subject: &Subject<'_, '_>, folder: &str) -> Option<Vec<String>> {
        let foreign = subject.copied.iter().filter(|copied| !copied.from_context);
        let mut foreign = foreign.flat_map(|copied| &copied.brings);
        if foreign.any(|one| is_within(&one.place, folder) || is_within(folder, &one.place)) {
            return None;
        }
        let mut names = Vec::new();
        let mut packages: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for (path, text) in &self.texts {
            let rest = path.strip_prefix(folder.trim_end_matches('/')).unwrap_or_default();
            let mut folders = rest.split('/').skip(1);
            let aside =
                |name: &str| name.starts_with(['_', '.']) || matches!(name, "testdata" | "vendor");
            let source = path.ends_with(".go") && !path.ends_with("_test.go");
            let other_module = self.texts.keys().any(|other| {
                let module = parent_of(other);
                other.ends_with("/go.mod")
                    && module != folder
                    && is_within(module, folder)
                    && is_within(path, module)
            });
            if rest.starts_with('/') && source && !folders.any(aside) && !other_module {
                packages.entry(parent_of(path)).or_default().push((path, text));
            }
        }
        for (folder, files) in packages {
            let mains = files.iter().filter(|(_, text)| is_main(text));
            let (mut certain, mut any) = (false, false);
            for (path, text) in mains {
                if text.lines().any(|line| {
                    line.trim() == "//go:build ignore" || line.trim() == "// +build ignore"
                }) {
                    continue;
                }
                any = true;
                certain |= !is_conditional(path, text);
            }
            if any && !certain {
                return None;
            }
            if any {
                names.push(self.name(folder)?);
            }
        }
        (!names.is_empty()).then_some(names)
    }
}

/// Whether a source is of the package `main`.
fn is_main(text: &str) -> bool {
    let clause = text.lines().find(|line| line.starts_with("package "));
    clause.and_then(|line| line.split_whitespace().nth(1)) == Some("main")
}

/// Whether a file is only compiled for some systems, processors or tags (`go help buildconstraint`).
fn is_conditional(path: &str, text: &str) -> bool {
    let by_line = text
        .lines()
        .take_while(|line| !line.starts_with("package "))
        .any(|line| line.starts_with("//go:build") || line.starts_with("// +build"));
    let stem = base_name(path).trim_end_matches(".go");
    by_line || stem.split('_').skip(1).any(|part| SYSTEMS.contains(&part))
}

/// Endings of names that may be conditions; others are few, and of systems that nobody builds images for.
const SYSTEMS: &[&str] = &[
    "aix", "android", "darwin", "freebsd", "illumos", "ios", "js", "linux", "netbsd", "openbsd",
    "plan9", "solaris", "unix", "wasip1", "windows", "386", "amd64", "arm", "arm64", "loong64",
    "mips", "mipsle", "mips64", "mips64le", "ppc64", "ppc64le", "riscv64", "s390x", "wasm",
];
