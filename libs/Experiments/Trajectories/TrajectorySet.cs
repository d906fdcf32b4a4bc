using KoopmanMesh.Numerics.LinearAlgebra;

namespace KoopmanMesh.Experiments.Trajectories;

/// <summary>
/// Trajectories of one width and one length, one after the other: the states of a sample on its way through a scaled
/// network (methods P2.4).
/// </summary>
public sealed class TrajectorySet
{
    private readonly Matrix _states;

    /// <summary>From w × (length · count) states, trajectory by trajectory; not copied.</summary>
    public TrajectorySet(Matrix states, int length)
    {
        ArgumentNullException.ThrowIfNull(states);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 2);
        if (states.Columns == 0 || states.Columns % length != 0)
        {
            throw new ArgumentException(
                $"{states.Columns} states do not make whole trajectories of {length}", nameof(states));
        }

        (_states, Length) = (states, length);
    }

    /// <summary>States in a trajectory.</summary>
    public int Length { get; }

    /// <summary>Trajectories.</summary>
    public int Count => _states.Columns / Length;

    /// <summary>w.</summary>
    public int Width => _states.Rows;

    /// <summary>The first <paramref name="count"/> as one matrix, w × (length · count): with seams.</summary>
    public Matrix Joined(int count)
    {
        Require(count);
        return count == Count ? _states : _states.SelectColumns(0, count * Length);
    }

    /// <summary>The first <paramref name="count"/>, w × length each.</summary>
    public IReadOnlyList<Matrix> Each(int count)
    {
        Require(count);
        var each = new Matrix[count];
        for (var t = 0; t < count; t++)
        {
            each[t] = _states.SelectColumns(t * Length, Length);
        }

        return each;
    }

    private void Require(int count)
    {
        if (count < 1 || count > Count)
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, $"there are 1 to {Count} trajectories");
        }
    }
}
