//! A vendor's colour, which has to be seen on the pages' light and dark grounds alike.

/// What a colour stands on: page and card, in light and in dark.
pub const GROUNDS: [Colour; 4] = [
    Colour([0xf6, 0xf5, 0xf2]),
    Colour([0xff, 0xff, 0xff]),
    Colour([0x12, 0x14, 0x16]),
    Colour([0x1a, 0x1d, 0x20]),
];
/// The least contrast with each of them (WCAG 2.2, 1.4.11: what is no text).
pub const MIN_CONTRAST: f64 = 3.0;

/// An sRGB colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub [u8; 3]);

/// Why a colour cannot be a vendor's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadColour {
    #[error("a colour is written as #rrggbb")]
    Form,
    #[error("a colour has to be seen on light and on dark pages")]
    Unseen,
}

impl Colour {
    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Result<Self, BadColour> {
        let digits = text.trim().strip_prefix('#').ok_or(BadColour::Form)?;
        let mut bytes = [0; 3];
        hex::decode_to_slice(digits, &mut bytes).map_err(|_| BadColour::Form)?;
        Ok(Self(bytes))
    }

    /// Reads a colour that is seen on every ground.
    pub fn seen(text: &str) -> Result<Self, BadColour> {
        let colour = Self::parse(text)?;
        let seen = |ground: &Self| colour.contrast(*ground) >= MIN_CONTRAST;
        if GROUNDS.iter().all(seen) {
            Ok(colour)
        } else {
            Err(BadColour::Unseen)
        }
    }

    /// As it is written, in small letters.
    pub fn hex(self) -> String {
        format!("#{}", hex::encode(self.0))
    }

    /// The contrast with another colour, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Relative luminance (WCAG 2.2).
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_as_the_guideline_computes_it() {
        let [black, white] = [Colour([0; 3]), Colour([0xff; 3])];
        assert!((black.contrast(white) - 21.0).abs() < 1e-9);
        assert!((white.contrast(white) - 1.0).abs() < 1e-9);
        // The example that is commonly checked by: #767676 on white.
        let grey = Colour([0x76; 3]).contrast(white);
        assert!((grey - 4.54).abs() < 0.01, "{grey}");
    }

    #[test]
    fn a_colour_is_seen_on_light_and_on_dark_or_refused() {
        assert_eq!(Colour::seen(" #3B74C4 ").unwrap().hex(), "#3b74c4");
        for unseen in ["#ffffff", "#000000", "#f2bd5b", "#0b3b57"] {
            assert_eq!(Colour::seen(unseen), Err(BadColour::Unseen), "{unseen}");
        }
        for none in ["", "blue", "#fff", "3b74c4", "#3b74cg", "#3b74c4ff"] {
            assert_eq!(Colour::seen(none), Err(BadColour::Form), "{none}");
        }
    }
}
