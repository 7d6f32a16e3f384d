//! The algorithms and values of S3's checksums.

use s3s::{
    S3Result,
    crypto::{Checksum as _, Crc32, Crc32c, Crc64Nvme, Sha1, Sha256},
    dto::{Checksum, ChecksumAlgorithm},
    s3_error,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

impl Algorithm {
    pub(super) const ALL: [Self; 5] = [
        Self::Crc32,
        Self::Crc32c,
        Self::Crc64Nvme,
        Self::Sha1,
        Self::Sha256,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Crc32 => ChecksumAlgorithm::CRC32,
            Self::Crc32c => ChecksumAlgorithm::CRC32C,
            Self::Crc64Nvme => ChecksumAlgorithm::CRC64NVME,
            Self::Sha1 => ChecksumAlgorithm::SHA1,
            Self::Sha256 => ChecksumAlgorithm::SHA256,
        }
    }

    pub(super) fn named(name: &ChecksumAlgorithm) -> S3Result<Self> {
        Self::ALL
            .into_iter()
            .find(|it| it.name() == name.as_str())
            .ok_or_else(|| s3_error!(NotImplemented, "an unknown checksum algorithm"))
    }

    /// From what follows `x-amz-checksum-` in a header's name.
    pub(super) fn of_header(rest: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|it| it.name().eq_ignore_ascii_case(rest))
    }

    pub(super) fn bytes(self) -> usize {
        match self {
            Self::Crc32 | Self::Crc32c => 4,
            Self::Crc64Nvme => 8,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
        }
    }

    /// Whether an object in parts may have it over all its bytes; S3 joins only CRCs.
    pub(super) fn spans_parts(self) -> bool {
        matches!(self, Self::Crc32 | Self::Crc32c | Self::Crc64Nvme)
    }

    /// Whether an object in parts may have it over its parts' checksums.
    pub(super) fn composes(self) -> bool {
        self != Self::Crc64Nvme
    }

    /// Of the checksums of parts, one after the other.
    pub(super) fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Crc32 => Crc32::checksum(bytes).to_vec(),
            Self::Crc32c => Crc32c::checksum(bytes).to_vec(),
            Self::Crc64Nvme => Crc64Nvme::checksum(bytes).to_vec(),
            Self::Sha1 => Sha1::checksum(bytes).to_vec(),
            Self::Sha256 => Sha256::checksum(bytes).to_vec(),
        }
    }
}

/// Checksums in Base64, as S3 sends them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sums(BTreeMap<Algorithm, String>);

impl Sums {
    pub(super) fn insert(&mut self, algorithm: Algorithm, sum: String) {
        self.0.insert(algorithm, sum);
    }

    pub(super) fn get(&self, algorithm: Algorithm) -> Option<String> {
        self.0.get(&algorithm).cloned()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Algorithm, &str)> {
        self.0
            .iter()
            .map(|(algorithm, sum)| (*algorithm, sum.as_str()))
    }

    pub(super) fn algorithms(&self) -> BTreeSet<Algorithm> {
        self.0.keys().copied().collect()
    }

    /// Whether they are of the checksums of parts, which S3 tells by the count behind them.
    pub(super) fn is_composite(&self) -> bool {
        self.0.values().any(|sum| sum.contains('-'))
    }

    /// Without those that nobody asked for.
    pub(super) fn only(mut self, wanted: &BTreeSet<Algorithm>) -> Self {
        self.0.retain(|algorithm, _| wanted.contains(algorithm));
        self
    }
}

impl From<Checksum> for Sums {
    fn from(sums: Checksum) -> Self {
        let Checksum {
            checksum_crc32,
            checksum_crc32c,
            checksum_crc64nvme,
            checksum_sha1,
            checksum_sha256,
            checksum_type: _,
        } = sums;
        let sums = [
            (Algorithm::Crc32, checksum_crc32),
            (Algorithm::Crc32c, checksum_crc32c),
            (Algorithm::Crc64Nvme, checksum_crc64nvme),
            (Algorithm::Sha1, checksum_sha1),
            (Algorithm::Sha256, checksum_sha256),
        ];
        Self(
            sums.into_iter()
                .filter_map(|(algorithm, sum)| Some((algorithm, sum?)))
                .collect(),
        )
    }
}

impl From<Sums> for Checksum {
    fn from(sums: Sums) -> Self {
        Self {
            checksum_crc32: sums.get(Algorithm::Crc32),
            checksum_crc32c: sums.get(Algorithm::Crc32c),
            checksum_crc64nvme: sums.get(Algorithm::Crc64Nvme),
            checksum_sha1: sums.get(Algorithm::Sha1),
            checksum_sha256: sums.get(Algorithm::Sha256),
            checksum_type: None,
        }
    }
}
