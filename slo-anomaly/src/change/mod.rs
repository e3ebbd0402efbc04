//! Where a series changed: its level, its spread, its rate.

mod bocpd;
mod cost;
mod kolmogorov;
mod pelt;
mod points;
mod sums;
mod test;
mod window;

pub(crate) use bocpd::BocpdStream;
pub use bocpd::{Bocpd, Prior, RunLengths};
pub use cost::Cost;
pub use pelt::Pelt;
pub use points::{ChangePoints, Segment};
pub use test::change_point_test;
pub use window::WindowChange;

#[cfg(test)]
/// Annual flow of the Nile at Aswan, 1871 to 1970, in 10^8 cubic metres (Cobb 1978, *Biometrika* 65, 243-251).
pub(crate) const NILE: [f64; 100] = [
    1120.0, 1160.0, 963.0, 1210.0, 1160.0, 1160.0, 813.0, 1230.0, 1370.0, 1140.0, 995.0, 935.0, 1110.0,
    994.0, 1020.0, 960.0, 1180.0, 799.0, 958.0, 1140.0, 1100.0, 1210.0, 1150.0, 1250.0, 1260.0, 1220.0,
    1030.0, 1100.0, 774.0, 840.0, 874.0, 694.0, 940.0, 833.0, 701.0, 916.0, 692.0, 1020.0, 1050.0, 969.0,
    831.0, 726.0, 456.0, 824.0, 702.0, 1120.0, 1100.0, 832.0, 764.0, 821.0, 768.0, 845.0, 864.0, 862.0,
    698.0, 845.0, 744.0, 796.0, 1040.0, 759.0, 781.0, 865.0, 845.0, 944.0, 984.0, 897.0, 822.0, 1010.0,
    771.0, 676.0, 649.0, 846.0, 812.0, 742.0, 801.0, 1040.0, 860.0, 874.0, 848.0, 890.0, 744.0, 749.0, 838.0,
    1050.0, 918.0, 986.0, 797.0, 923.0, 975.0, 815.0, 1020.0, 906.0, 901.0, 1170.0, 912.0, 746.0, 919.0,
    718.0, 714.0, 740.0,
];
