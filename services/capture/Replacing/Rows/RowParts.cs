namespace KoopmanMesh.Capture.Replacing.Rows;

/// <summary>What a row of the data is used for; no row is used for two things.</summary>
[Flags]
internal enum RowParts
{
    None = 0,

    /// <summary>Stand-ins are fitted to it.</summary>
    Fit = 1,

    /// <summary>Choices are made on it.</summary>
    Select = 2,

    /// <summary>Conformal bounds are calibrated on it.</summary>
    Calibrate = 4,

    /// <summary>Reported on, and nothing else.</summary>
    Test = 8,
}
