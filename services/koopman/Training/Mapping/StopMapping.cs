using NumericsStopOptions = KoopmanMesh.Numerics.Training.Verdicts.StopOptions;
using StopOptions = KoopmanMesh.Training.V1.StopOptions;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>The stop rule's options from the contract.</summary>
internal static class StopMapping
{
    /// <summary>Of options with every default filled in.</summary>
    public static NumericsStopOptions ToNumerics(this StopOptions options) => new()
    {
        NearOneMass = options.NearOneMass,
        TransientMass = options.TransientMass,
        LossSlope = options.LossSlope,
        Patience = options.Patience,
    };
}
