namespace KoopmanMesh.Numerics.Estimators;

/// <summary>What <see cref="CompressedEstimator"/> measures of the observables.</summary>
public enum MeasurementKind
{
    /// <summary>Sums with standard normal weights: universal, dense, O(p N m).</summary>
    Gaussian,

    /// <summary>
    /// Weights +1, 0 and -1 with probabilities 1/6, 2/3 and 1/6 (Achlioptas 2003, J. Comput. Syst. Sci. 66).
    /// </summary>
    SparseSigns,

    /// <summary>
    /// Some of the observables themselves, e.g. pixels, drawn without replacement: free, but blind to the rest.
    /// </summary>
    Rows,
}
