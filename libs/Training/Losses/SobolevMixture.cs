using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Training.Sobolev;

namespace KoopmanMesh.Training.Losses;

/// <summary>
/// sum_r alpha_r ||e||^2 in H^-s_r (methods P1.7 [R]). A run divides each term by its value before the first step, so
/// that the loss begins at the sum of the alphas.
/// </summary>
public sealed record SobolevMixture : GridLoss
{
    private readonly SobolevNorm _norm;

    /// <summary>Of these terms.</summary>
    /// <param name="grid">Row i of the training set is its point i.</param>
    /// <param name="terms">alpha_r and s_r; null for <see cref="SobolevTerm.Default"/>.</param>
    /// <param name="normalize">Whether a run measures the terms against where it starts.</param>
    public SobolevMixture(SpectralGrid grid, IReadOnlyList<SobolevTerm>? terms = null, bool normalize = true)
        : base(grid)
    {
        (Terms, IsNormalized) = (terms ?? SobolevTerm.Default, normalize);
        _norm = new SobolevNorm(grid, Terms);
    }

    /// <summary>alpha_r and s_r.</summary>
    public IReadOnlyList<SobolevTerm> Terms { get; }

    /// <summary>Whether a run measures the terms against where it starts.</summary>
    public bool IsNormalized { get; }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The network starts without an error.</exception>
    public override Loss Start<T>(TrainingSet<T> data, Func<T[]> outputs)
    {
        if (!IsNormalized)
        {
            return this;
        }

        var first = outputs();
        TensorPrimitives.Subtract(first, data.Targets.Span, first);
        var (errors, width) = (new double[first.Length], data.TargetWidth);
        for (var i = 0; i < first.Length; i++)
        {
            // By columns: each is a signal of the grid.
            errors[(i % width * Grid.Points) + (i / width)] = double.CreateTruncating(first[i]);
        }

        return new SobolevMixture(Grid, SobolevTerm.Normalize(Terms, Grid, errors), normalize: false);
    }

    private protected override SobolevNorm Norm(double progress) => _norm;
}
