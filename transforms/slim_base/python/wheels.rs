//! Files that a lockfile lists: which of them an install can take as they are.
//!
//! <https://packaging.python.org/en/latest/specifications/platform-compatibility-tags/>

/// The newest glibc whose wheels every official image with a Python of today takes: that of Debian 10.
const GLIBC: u32 = 28;

/// Whether a file is a wheel for CPython of this version (`3.12`), on Linux with glibc and the machine (`x86_64`).
pub(super) fn fits(file: &str, python: Option<&str>, machine: &str) -> bool {
    let Some(stem) = file.strip_suffix(".whl") else { return false };
    let mut parts = stem.rsplit('-');
    let (Some(platforms), Some(abis), Some(tags)) = (parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    platforms.split('.').any(|platform| runs_on(platform, machine))
        && tags.split('.').any(|tag| abis.split('.').any(|abi| is_for(tag, abi, python)))
}

fn runs_on(platform: &str, machine: &str) -> bool {
    if platform == "any" {
        return true;
    }
    let Some(release) = platform.strip_suffix(machine).and_then(|text| text.strip_suffix('_'))
    else {
        return false;
    };
    match release {
        "manylinux1" | "manylinux2010" | "manylinux2014" => true,
        _ => release
            .strip_prefix("manylinux_2_")
            .and_then(|minor| minor.parse::<u32>().ok())
            .is_some_and(|minor| minor <= GLIBC),
    }
}

fn is_for(tag: &str, abi: &str, python: Option<&str>) -> bool {
    // Without a known version it is one of those that are still built.
    let minor = match python.and_then(|python| python.split_once('.')) {
        Some(("3", minor)) => minor.parse().ok(),
        Some(_) => return false,
        None => None,
    };
    let oldest = minor.unwrap_or(8_u32);
    let version = |name: &str| tag.strip_prefix(name)?.parse::<u32>().ok();
    match (version("py3"), version("cp3"), abi) {
        _ if tag == "py3" => abi == "none",
        (Some(version), _, "none") => version <= oldest,
        (_, Some(version), "abi3") => version <= oldest,
        (_, Some(version), "none") => minor == Some(version),
        (_, Some(version), abi) => minor == Some(version) && abi == tag,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wheel_says_what_it_is_for() {
        for (file, python, right) in [
            ("flask-3.0.0-py3-none-any.whl", "3.12", true),
            ("six-1.16.0-py2.py3-none-any.whl", "3.12", true),
            ("old-1.0-py2-none-any.whl", "3.12", false),
            (
                "numpy-2.0.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
                "3.12",
                true,
            ),
            (
                "numpy-2.0.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
                "3.13",
                false,
            ),
            ("numpy-2.0.0-cp313-cp313t-manylinux_2_17_x86_64.whl", "3.13", false),
            ("numpy-2.0.0-cp312-cp312-musllinux_1_1_x86_64.whl", "3.12", false),
            ("numpy-2.0.0-cp312-cp312-macosx_11_0_arm64.whl", "3.12", false),
            ("bcrypt-4.1.2-cp39-abi3-manylinux_2_28_x86_64.whl", "3.12", true),
            ("bcrypt-4.1.2-cp39-abi3-manylinux_2_28_x86_64.whl", "3.8", false),
            ("new-1.0-cp312-cp312-manylinux_2_39_x86_64.whl", "3.12", false),
            ("ruff-0.4.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", "3.12", true),
            ("thing-1.0-py38-none-any.whl", "3.12", true),
            ("flask-3.0.0.tar.gz", "3.12", false),
        ] {
            assert_eq!(fits(file, Some(python), "x86_64"), right, "{file} {python}");
        }
        let abi = "cryptography-42.0.0-cp37-abi3-manylinux_2_28_aarch64.whl";
        assert!(fits(abi, None, "aarch64") && !fits(abi, None, "x86_64"));
        assert!(!fits("a-1-cp312-cp312-manylinux1_x86_64.whl", None, "x86_64"));
    }
}
