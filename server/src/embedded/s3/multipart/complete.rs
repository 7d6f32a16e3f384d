//! An upload in parts becomes an object, once: completing it again with the same parts is told the same.

use super::{MAX_PARTS, Plan, Planned, part_file, remove};
use crate::embedded::s3::{
    asked::{owner, refuse_each},
    checksums::{hasher, other_sum, well_formed},
    draft::{Draft, Hashes},
    object::Note,
    store::{Store, blocking, disk_error, draft_error},
    sums::{Algorithm, Sums},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use s3s::{
    S3Error, S3ErrorCode, S3Result,
    crypto::{Checksum as _, Md5},
    dto::{
        Checksum, ChecksumType, CompleteMultipartUploadInput, CompleteMultipartUploadOutput,
        CompletedPart, ETag,
    },
    s3_error,
};
use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
};
use tokio::io::AsyncReadExt as _;

/// Smallest part but the last, in bytes; S3's own limit.
const MIN_PART_BYTES: u64 = 5 * 1024 * 1024;
/// Bytes copied at a time.
const COPY_BYTES: usize = 256 * 1024;

/// One of the parts that the caller lists.
struct Part {
    number: i32,
    /// Decoded, so that a tag can name nothing but a part's file.
    tag: Vec<u8>,
    sums: Sums,
}

impl Part {
    fn read(part: CompletedPart) -> S3Result<Self> {
        let CompletedPart {
            checksum_crc32,
            checksum_crc32c,
            checksum_crc64nvme,
            checksum_sha1,
            checksum_sha256,
            e_tag,
            part_number,
        } = part;
        let tag = e_tag.as_ref().and_then(ETag::as_strong).unwrap_or_default();
        let tag = hex::decode(tag).ok().filter(|tag| tag.len() == 16);
        Ok(Self {
            number: part_number.ok_or_else(|| s3_error!(InvalidPartOrder))?,
            tag: tag.ok_or_else(|| s3_error!(InvalidPart))?,
            sums: Sums::from(Checksum {
                checksum_crc32,
                checksum_crc32c,
                checksum_crc64nvme,
                checksum_sha1,
                checksum_sha256,
                checksum_type: None,
            }),
        })
    }
}

/// The parts in order, as the caller lists them.
struct Listed(Vec<Part>);

impl Listed {
    fn read(parts: Vec<CompletedPart>) -> S3Result<Self> {
        if parts.is_empty() || parts.len() > MAX_PARTS as usize {
            return Err(s3_error!(InvalidPart, "an upload has 1 to 10000 parts"));
        }
        let parts: Vec<_> = parts
            .into_iter()
            .map(Part::read)
            .collect::<Result<_, _>>()?;
        if parts
            .iter()
            .is_sorted_by(|one, next| one.number < next.number)
        {
            Ok(Self(parts))
        } else {
            Err(s3_error!(InvalidPartOrder))
        }
    }

    /// The entity tag of the whole, as S3 makes it.
    fn tag(&self) -> String {
        let mut tags = Md5::new();
        for part in &self.0 {
            tags.update(&part.tag);
        }
        format!("{}-{}", hex::encode(tags.finalize()), self.0.len())
    }
}

/// What the caller says of the whole.
struct Whole {
    sums: Sums,
    kind: Option<ChecksumType>,
    bytes: Option<i64>,
}

impl Whole {
    /// Of which algorithms the bytes are hashed from the first to the last.
    fn algorithms(&self, planned: Option<Planned>) -> S3Result<BTreeSet<Algorithm>> {
        let mut all = self.sums.algorithms();
        if let Some(kind) = &self.kind
            && let Some(planned) = planned
            && *kind != planned.kind()
        {
            return Err(s3_error!(
                InvalidRequest,
                "The complete request must use the checksum type that the upload was created with."
            ));
        }
        match planned {
            Some(planned) if all.iter().any(|it| *it != planned.algorithm) => Err(s3_error!(
                InvalidRequest,
                "The complete request must use the checksum algorithm that the upload was created with."
            )),
            Some(planned) if planned.composite => Ok(BTreeSet::new()),
            Some(planned) => {
                all.insert(planned.algorithm);
                Ok(all)
            }
            None if all.iter().all(|it| it.spans_parts()) => Ok(all),
            None => Err(s3_error!(
                InvalidRequest,
                "an object in parts has no SHA checksum of all its bytes"
            )),
        }
    }

    /// Which checksums the object has; refused where the caller says another.
    fn settle(&self, found: Sums) -> S3Result<Sums> {
        for (algorithm, sum) in self.sums.iter() {
            let holds = if found.is_composite() {
                // With or without the number of parts behind it.
                let known = found.get(algorithm).unwrap_or_default();
                known == sum || known.split('-').next() == Some(sum)
            } else {
                well_formed(algorithm, sum)?;
                found.get(algorithm).as_deref() == Some(sum)
            };
            if !holds {
                return Err(other_sum(algorithm));
            }
        }
        Ok(found)
    }
}

/// A request to complete, taken apart.
struct Wish {
    bucket: String,
    key: String,
    upload_id: String,
    parts: Listed,
    whole: Whole,
    if_none_match: Option<s3s::dto::ETagCondition>,
}

impl Wish {
    fn read(input: CompleteMultipartUploadInput) -> S3Result<Self> {
        let CompleteMultipartUploadInput {
            bucket,
            checksum_crc32,
            checksum_crc32c,
            checksum_crc64nvme,
            checksum_sha1,
            checksum_sha256,
            checksum_type,
            expected_bucket_owner,
            if_match,
            if_none_match,
            key,
            mpu_object_size,
            multipart_upload,
            // Nobody pays here.
            request_payer: _,
            sse_customer_algorithm,
            sse_customer_key,
            sse_customer_key_md5,
            upload_id,
        } = input;
        owner(expected_bucket_owner.as_deref())?;
        refuse_each! {
            "If-Match": if_match,
            "x-amz-server-side-encryption-customer-algorithm": sse_customer_algorithm,
            "x-amz-server-side-encryption-customer-key": sse_customer_key,
            "x-amz-server-side-encryption-customer-key-MD5": sse_customer_key_md5,
        }?;
        let parts = multipart_upload.and_then(|upload| upload.parts);
        Ok(Self {
            bucket,
            key,
            upload_id,
            parts: Listed::read(parts.unwrap_or_default())?,
            whole: Whole {
                sums: Sums::from(Checksum {
                    checksum_crc32,
                    checksum_crc32c,
                    checksum_crc64nvme,
                    checksum_sha1,
                    checksum_sha256,
                    checksum_type: None,
                }),
                kind: checksum_type,
                bytes: mpu_object_size,
            },
            if_none_match,
        })
    }
}

impl Store {
    pub(in crate::embedded::s3) async fn complete_upload(
        &self,
        input: CompleteMultipartUploadInput,
    ) -> S3Result<CompleteMultipartUploadOutput> {
        let wish = Wish::read(input)?;
        let note = match self.complete(&wish).await {
            Ok(note) => note,
            // Another request, or this one sent twice, may have completed it already.
            Err(refused) => self.completed(&wish).await.ok_or(refused)?,
        };
        let kind = (!note.sums.is_empty()).then(|| {
            ChecksumType::from_static(if note.sums.is_composite() {
                ChecksumType::COMPOSITE
            } else {
                ChecksumType::FULL_OBJECT
            })
        });
        Ok(CompleteMultipartUploadOutput {
            bucket: Some(wish.bucket),
            key: Some(wish.key),
            e_tag: Some(ETag::Strong(note.etag)),
            checksum_crc32: note.sums.get(Algorithm::Crc32),
            checksum_crc32c: note.sums.get(Algorithm::Crc32c),
            checksum_crc64nvme: note.sums.get(Algorithm::Crc64Nvme),
            checksum_sha1: note.sums.get(Algorithm::Sha1),
            checksum_sha256: note.sums.get(Algorithm::Sha256),
            checksum_type: kind,
            ..CompleteMultipartUploadOutput::default()
        })
    }

    async fn complete(&self, wish: &Wish) -> S3Result<Note> {
        let (dir, plan) = self
            .upload(&wish.bucket, &wish.key, &wish.upload_id)
            .await?;
        let place = self.place(&wish.bucket, &wish.key, wish.if_none_match.as_ref())?;
        let wanted = wish.whole.algorithms(plan.checksum)?;
        let _turn = self.turn().await?;
        let hashes = Hashes {
            sums: hasher(&wanted),
            ..Hashes::default()
        };
        let mut draft = Draft::create(&self.layout.drafts(), hashes)
            .await
            .map_err(disk_error)?;
        let composite = join(&mut draft, &dir, &plan, &wish.parts).await?;
        let (finished, digests) = draft.finish().await.map_err(disk_error)?;
        let bytes = wish.whole.bytes;
        if bytes.is_some_and(|bytes| u64::try_from(bytes) != Ok(digests.bytes)) {
            return Err(s3_error!(
                InvalidRequest,
                "the parts have another total size"
            ));
        }
        let found = composite.unwrap_or_else(|| digests.sums.only(&wanted));
        let note = Note {
            etag: wish.parts.tag(),
            sums: wish.whole.settle(found)?,
            described: plan.described,
            upload: Some(wish.upload_id.clone()),
        };
        let written = note.clone();
        let created = blocking(move || {
            let created = finished.publish(&written, &place)?;
            if created {
                remove(&dir)?;
            }
            Ok(created)
        });
        if created.await? {
            Ok(note)
        } else {
            Err(s3_error!(PreconditionFailed, "the object exists"))
        }
    }

    /// What is kept of the object, if this very upload made it from these very parts.
    async fn completed(&self, wish: &Wish) -> Option<Note> {
        let stored = self.open(&wish.bucket, &wish.key).await.ok()?;
        let same = stored.note.upload.as_ref() == Some(&wish.upload_id)
            && stored.note.etag == wish.parts.tag();
        same.then_some(stored.note)
    }
}

/// Copies the parts, in order, into a draft; gives the checksum of their checksums where one is planned.
async fn join(
    draft: &mut Draft,
    dir: &Path,
    plan: &Plan,
    parts: &Listed,
) -> S3Result<Option<Sums>> {
    let composite = plan.checksum.filter(|planned| planned.composite);
    let mut joined = Vec::new();
    let last = parts.0.last().map(|part| part.number);
    for part in &parts.0 {
        let mut wanted = part.sums.algorithms();
        if let Some(planned) = composite {
            if !wanted.contains(&planned.algorithm) {
                return Err(missing_sum(planned, part.number));
            }
            wanted.insert(planned.algorithm);
        }
        let path = part_file(dir, part.number, &hex::encode(&part.tag));
        let (bytes, found) = copy(draft, path, &wanted).await?;
        if part
            .sums
            .iter()
            .any(|(it, sum)| found.get(it).as_deref() != Some(sum))
        {
            return Err(s3_error!(InvalidPart, "a part has another checksum"));
        }
        if bytes < MIN_PART_BYTES && last != Some(part.number) {
            return Err(s3_error!(EntityTooSmall));
        }
        let sum = composite.and_then(|planned| found.get(planned.algorithm));
        joined.extend(
            sum.and_then(|sum| BASE64.decode(sum).ok())
                .unwrap_or_default(),
        );
    }
    Ok(composite.map(|planned| {
        let sum = BASE64.encode(planned.algorithm.of(&joined));
        let mut sums = Sums::default();
        sums.insert(planned.algorithm, format!("{sum}-{}", parts.0.len()));
        sums
    }))
}

/// Copies one part; gives its length and its checksums.
async fn copy(
    draft: &mut Draft,
    path: PathBuf,
    wanted: &BTreeSet<Algorithm>,
) -> S3Result<(u64, Sums)> {
    let mut file = match tokio::fs::File::open(path).await {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(s3_error!(InvalidPart));
        }
        Err(error) => return Err(disk_error(error)),
    };
    let mut hasher = hasher(wanted);
    let mut buffer = vec![0; COPY_BYTES];
    let mut bytes = 0;
    loop {
        let read = file.read(&mut buffer).await.map_err(disk_error)?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        hasher.update(&buffer[..read]);
        draft.write(&buffer[..read]).await.map_err(draft_error)?;
    }
    Ok((bytes, Sums::from(hasher.finalize())))
}

fn missing_sum(planned: Planned, number: i32) -> S3Error {
    S3Error::with_message(
        S3ErrorCode::InvalidRequest,
        format!(
            "The upload was created using a {} checksum. The complete request must include the checksum for each part. It was missing for part {number} in the request.",
            planned.algorithm.name()
        ),
    )
}
