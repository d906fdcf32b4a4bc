using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>Second moments of lifted pairs, as far as a fit by products asks for them.</summary>
internal interface ISecondMoments
{
    /// <summary>X W X', N × N, both triangles filled. Not to be written to.</summary>
    Matrix Xx { get; }

    /// <summary>Pairs that were seen.</summary>
    long Count { get; }

    /// <summary>(Y W X') a, for a N × r.</summary>
    Matrix YxTimes(Matrix a, ILinearAlgebra la);

    /// <summary>(Y W Y') a, for a N × r.</summary>
    Matrix YyTimes(Matrix a, ILinearAlgebra la);

    /// <summary>Sums over pairs of y_i^2 and of (y_i - x_i)^2.</summary>
    (double Energy, double Still) Row(int i);
}
