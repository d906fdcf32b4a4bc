using System.Diagnostics.CodeAnalysis;

using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Observables;

/// <summary>
/// The observables psi: R^n → R^N of an operator, blocks one below the other; the state itself is always one of them,
/// so that what is predicted can be read off. Immutable. Custom observables are a <see cref="Feature"/> of one's own.
/// <para>What a rank rule does to EDMD: the operator is K = Psi_Y Psi_X^+ with the pseudo-inverse cut at the rule's
/// threshold, so it acts on the combinations of observables that are large on the data and sends all others to 0. An
/// observable that is small there (x^5 of |x| about 0.01) is cut with its eigenvalue, however exact it is, and
/// functions that are dependent on the data cost nothing but their columns. Scale the data to about 1, or use features
/// that scale themselves (Hermite, radial, Fourier), and read <see cref="Operators.FitDiagnostics.Rank"/>.</para>
/// </summary>
[SuppressMessage(
    "Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "The field's own word for psi.")]
public sealed partial class Dictionary
{
    /// <summary>
    /// Rows of psi beside 1 and the state, at most: 16,384. The operator of a dictionary is N × N before it is reduced.
    /// </summary>
    public const int MostFeatures = 16_384;

    /// <summary>psi(x) = [f_1(x); f_2(x); …].</summary>
    /// <param name="width">n.</param>
    /// <param name="features">Blocks, exactly one of them a <see cref="StateFeature"/> of n rows.</param>
    /// <exception cref="ArgumentException">The state is not among the blocks exactly once.</exception>
    /// <exception cref="ObservablesException">There are too many observables.</exception>
    public Dictionary(int width, params IReadOnlyList<Feature> features)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count(f => f is StateFeature) != 1 || features.First(f => f is StateFeature).Count != width)
        {
            throw new ArgumentException(
                $"a dictionary over {width} features holds the state exactly once, got "
                + string.Join(" + ", features.Select(f => $"{f.Name} ({f.Count})")),
                nameof(features));
        }

        (Width, Features) = (width, [.. features]);
        RequireCount(features.Where(f => f is not StateFeature).Sum(f => (long)f.Count), ToString());
        Count = checked(features.Sum(f => f.Count));
        StateRow = features.TakeWhile(f => f is not StateFeature).Sum(f => f.Count);
    }

    /// <summary>n.</summary>
    public int Width { get; }

    /// <summary>N.</summary>
    public int Count { get; }

    /// <summary>Row of psi(x) at which x begins.</summary>
    public int StateRow { get; }

    /// <summary>The blocks, in order.</summary>
    public IReadOnlyList<Feature> Features { get; }

    /// <summary>True when psi(x) = x.</summary>
    public bool IsIdentity => Features.Count == 1;

    /// <summary>psi(x) = x.</summary>
    public static Dictionary Identity(int width) => new(width, new StateFeature(width));

    /// <summary>psi(x) = [1; x].</summary>
    public static Dictionary Affine(int width) => new(width, new ConstantFeature(), new StateFeature(width));

    /// <summary>psi of each column, N × m; the states themselves under the identity, not copied.</summary>
    public Matrix Lift(Matrix states, ILinearAlgebra la)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentNullException.ThrowIfNull(la);
        Guard.Shape(states, Width, states.Columns, "the matrix of states to lift");
        if (IsIdentity)
        {
            return states;
        }

        var (lifted, row) = (new Matrix(Count, states.Columns), 0);
        foreach (var feature in Features)
        {
            feature.Lift(states, lifted, row, la);
            row += feature.Count;
        }

        return lifted;
    }

    /// <summary>
    /// Refuses more than <see cref="MostFeatures"/> rows beside the state, before anything is allocated.
    /// </summary>
    internal static void RequireCount(long count, string what)
    {
        if (count > MostFeatures + 1L)
        {
            throw new ObservablesException(
                $"{what} makes {count} observables beside the state, "
                + $"more than the {MostFeatures} a dictionary may have");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join("+", Features.Select(f => f.Name));
}
