using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Estimators;

/// <summary>
/// Weighted, uncentred second moments of lifted pairs: all that an estimator of pairs without inputs sees of its data.
/// Their eigenvalues are squared singular values, so a fit from them keeps 16 - 2 log10(cond) digits. Matrices are not
/// to be written to.
/// </summary>
/// <param name="Xx">X W X', N × N, both triangles filled.</param>
/// <param name="Yx">Y W X', N × N.</param>
/// <param name="Yy">Y W Y', N × N, both triangles filled.</param>
/// <param name="Count">Pairs that were seen.</param>
public sealed record PairProducts(Matrix Xx, Matrix Yx, Matrix Yy, long Count) : ISecondMoments
{
    Matrix ISecondMoments.YxTimes(Matrix a, ILinearAlgebra la) => la.Times(Yx, a);

    Matrix ISecondMoments.YyTimes(Matrix a, ILinearAlgebra la) => la.Times(Yy, a);

    (double Energy, double Still) ISecondMoments.Row(int i) => (Yy[i, i], Yy[i, i] - (2 * Yx[i, i]) + Xx[i, i]);
}
