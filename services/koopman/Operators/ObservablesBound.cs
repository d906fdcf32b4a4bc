using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Observables;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>How many observables a dictionary will have at most, before there is data to build it on.</summary>
internal static class ObservablesBound
{
    public static int Of(FitPlan plan, ILinearAlgebra algebra) =>
        Of(plan.Observables, plan.Format.Width * plan.Delays, algebra);

    public static int Of(ObservablesSpec spec, int width, ILinearAlgebra algebra)
    {
        if (spec is not FeatureObservables { Features: var features })
        {
            return Dictionary.MostFeatures + width;
        }

        var sample = new Matrix(width, 1);
        var count = 1L + width + features.Sum(feature => (long)(feature switch
        {
            FeatureSpec.Radial radial => radial.Number,
            FeatureSpec.Fourier fourier => fourier.Number,
            FeatureSpec.Relu { Directions: { } directions } => directions,

            // Of these the width alone decides the number.
            _ => feature.Build(sample, 0, algebra).Count,
        }));
        return count <= Dictionary.MostFeatures + width + 1L
            ? (int)count
            : throw new ObservablesException(
                $"the dictionary {spec} over {width} coordinates makes {count} observables, allowed are "
                + $"{Dictionary.MostFeatures} beside the state");
    }
}
