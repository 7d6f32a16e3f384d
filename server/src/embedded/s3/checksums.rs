//! The checksums of S3: claimed by a caller in a header or behind the body, verified here, and kept beside the
//! object for those who ask.

use super::{
    draft::{Digests, Hashes},
    sums::{Algorithm, Sums},
};
use axum::http::HeaderMap;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use s3s::{
    S3Error, S3ErrorCode, S3Result, TrailingHeaders,
    checksum::ChecksumHasher,
    crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Md5, Sha1, Sha256},
    dto::ChecksumAlgorithm,
    s3_error,
};
use std::collections::BTreeSet;

const PREFIX: &str = "x-amz-checksum-";
/// Headers that begin as a checksum's does and name none.
const ABOUT: [&str; 3] = ["algorithm", "mode", "type"];

/// A hasher of these algorithms.
pub(super) fn hasher(algorithms: &BTreeSet<Algorithm>) -> ChecksumHasher {
    let mut hasher = ChecksumHasher::default();
    for algorithm in algorithms {
        match algorithm {
            Algorithm::Crc32 => hasher.crc32 = Some(Crc32::new()),
            Algorithm::Crc32c => hasher.crc32c = Some(Crc32c::new()),
            Algorithm::Crc64Nvme => hasher.crc64nvme = Some(Crc64Nvme::new()),
            Algorithm::Sha1 => hasher.sha1 = Some(Sha1::new()),
            Algorithm::Sha256 => hasher.sha256 = Some(Sha256::new()),
        }
    }
    hasher
}

/// What the caller says that a body is.
#[derive(Debug, Default)]
pub(super) struct Claimed {
    pub(super) md5: Option<String>,
    /// Which algorithm a checksum will come of, wherever it stands.
    pub(super) algorithm: Option<ChecksumAlgorithm>,
    pub(super) sums: Sums,
}

/// A body's claims, read before the body.
#[derive(Debug)]
pub(super) struct Claims {
    md5: Option<String>,
    sums: Sums,
    /// Algorithms whose checksum follows the body.
    announced: BTreeSet<Algorithm>,
    trailers: Option<TrailingHeaders>,
}

impl Claims {
    /// # Errors
    /// More than one checksum, an unknown one, one that is announced and missing, or none at all of its kind.
    pub(super) fn read(
        claimed: Claimed,
        headers: &HeaderMap,
        trailers: Option<TrailingHeaders>,
    ) -> S3Result<Self> {
        for name in headers.keys() {
            if let Some(rest) = name.as_str().strip_prefix(PREFIX)
                && !ABOUT.contains(&rest)
                && Algorithm::of_header(rest).is_none()
            {
                return Err(s3_error!(NotImplemented, "an unknown checksum algorithm"));
            }
        }
        let mut announced = BTreeSet::new();
        for value in headers.get_all("x-amz-trailer") {
            for name in value.to_str().unwrap_or_default().split(',') {
                let name = name.trim().to_ascii_lowercase();
                let algorithm = name.strip_prefix(PREFIX).and_then(Algorithm::of_header);
                announced.insert(algorithm.ok_or_else(|| {
                    s3_error!(
                        NotImplemented,
                        "a trailing header that is no known checksum"
                    )
                })?);
            }
        }
        for (algorithm, sum) in claimed.sums.iter() {
            well_formed(algorithm, sum)?;
        }
        if claimed.sums.algorithms().len() + announced.len() > 1 {
            return Err(s3_error!(
                InvalidRequest,
                "Expecting a single x-amz-checksum- header"
            ));
        }
        if let Some(algorithm) = &claimed.algorithm {
            let algorithm = Algorithm::named(algorithm)?;
            if !claimed.sums.algorithms().contains(&algorithm) && !announced.contains(&algorithm) {
                return Err(s3_error!(
                    InvalidRequest,
                    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found."
                ));
            }
        }
        Ok(Self {
            md5: claimed.md5,
            sums: claimed.sums,
            announced,
            trailers,
        })
    }

    /// Of which algorithms there will be checksums.
    pub(super) fn algorithms(&self) -> BTreeSet<Algorithm> {
        let mut all = self.sums.algorithms();
        all.extend(&self.announced);
        all
    }

    /// What a body must be hashed with to be checked.
    pub(super) fn hashes(&self) -> Hashes {
        Hashes {
            md5: self.md5.as_ref().map(|_| Md5::new()),
            sums: hasher(&self.algorithms()),
        }
    }

    /// Refuses a body that is not what the caller says, before it or behind it.
    pub(super) fn check(mut self, digests: &Digests) -> S3Result<()> {
        let trailers = self.trailers.as_ref().and_then(TrailingHeaders::take);
        for algorithm in &self.announced {
            let name = format!("{PREFIX}{}", algorithm.name().to_ascii_lowercase());
            let sum = trailers
                .as_ref()
                .and_then(|trailers| trailers.get(&name)?.to_str().ok())
                .ok_or_else(|| {
                    s3_error!(InvalidRequest, "an announced trailing checksum is missing")
                })?;
            well_formed(*algorithm, sum)?;
            self.sums.insert(*algorithm, sum.to_owned());
        }
        if let Some(md5) = &self.md5 {
            let found = digests.md5.map(|found| BASE64.encode(found));
            if found.as_ref() != Some(md5) {
                return Err(s3_error!(BadDigest, "the body has another MD5"));
            }
        }
        for (algorithm, sum) in self.sums.iter() {
            if digests.sums.get(algorithm).as_deref() != Some(sum) {
                return Err(other_sum(algorithm));
            }
        }
        Ok(())
    }
}

/// Whether a claim can be a checksum of this algorithm at all.
pub(super) fn well_formed(algorithm: Algorithm, sum: &str) -> S3Result<()> {
    match BASE64.decode(sum) {
        Ok(bytes) if bytes.len() == algorithm.bytes() => Ok(()),
        _ => Err(S3Error::with_message(
            S3ErrorCode::InvalidRequest,
            format!(
                "Value for {PREFIX}{} header is invalid.",
                algorithm.name().to_ascii_lowercase()
            ),
        )),
    }
}

pub(super) fn other_sum(algorithm: Algorithm) -> S3Error {
    S3Error::with_message(
        S3ErrorCode::BadDigest,
        format!(
            "The {} you specified did not match the calculated checksum.",
            algorithm.name()
        ),
    )
}
