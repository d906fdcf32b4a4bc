using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Numerics.Spectra;

/// <summary>One view of trajectories, however they are stored: state k of trajectory t.</summary>
internal sealed class Trajectories
{
    private readonly IReadOnlyList<Matrix> _matrices;
    private readonly bool _byStep;

    private Trajectories(IReadOnlyList<Matrix> matrices, bool byStep) => (_matrices, _byStep) = (matrices, byStep);

    /// <summary>Number of trajectories.</summary>
    public int Count => !_byStep ? _matrices.Count : _matrices.Count == 0 ? 0 : _matrices[0].Columns;

    /// <summary>n.</summary>
    public int Width => _matrices.Count == 0 ? 0 : _matrices[0].Rows;

    /// <summary>Each matrix is one trajectory, n × T_t, columns in time order.</summary>
    public static Trajectories Each(IReadOnlyList<Matrix> matrices)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        for (var t = 1; t < matrices.Count; t++)
        {
            Guard.Shape(matrices[t], matrices[0].Rows, matrices[t].Columns, $"trajectory {t}");
        }

        return new Trajectories(matrices, byStep: false);
    }

    /// <summary>Matrix k holds the states of all trajectories after k steps, n × M.</summary>
    public static Trajectories Steps(IReadOnlyList<Matrix> matrices)
    {
        ArgumentNullException.ThrowIfNull(matrices);
        for (var k = 1; k < matrices.Count; k++)
        {
            Guard.Shape(matrices[k], matrices[0].Rows, matrices[0].Columns, $"step {k}");
        }

        return new Trajectories(matrices, byStep: true);
    }

    /// <summary>T_t.</summary>
    public int Length(int t) => _byStep ? _matrices.Count : _matrices[t].Columns;

    /// <summary>State k of trajectory t, n long.</summary>
    public ReadOnlySpan<double> State(int t, int k) => _byStep ? _matrices[k].Column(t) : _matrices[t].Column(k);
}
