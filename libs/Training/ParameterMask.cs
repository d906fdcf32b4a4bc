using System.Numerics;

namespace KoopmanMesh.Training;

/// <summary>
/// Which single parameters training leaves alone: pruned ones are 0 and stay 0, frozen ones keep their bits, whatever
/// the optimizer (momentum and weight decay included). Nothing is computed faster for it. Immutable.
/// </summary>
public sealed class ParameterMask
{
    private readonly int[] _pruned;
    private readonly int[] _frozen;

    /// <summary>Of a state for each parameter, in the order of <see cref="DenseNetwork{T}.Parameters"/>.</summary>
    /// <exception cref="ArgumentException">No parameter is left to train.</exception>
    public ParameterMask(ReadOnlySpan<ParameterState> states)
    {
        Count = states.Length;
        (_pruned, _frozen) = (Where(states, ParameterState.Pruned), Where(states, ParameterState.Frozen));
        if (_pruned.Length + _frozen.Length == Count)
        {
            throw new ArgumentException(
                $"a mask leaves something to train, got {_pruned.Length} pruned and {_frozen.Length} frozen of {Count} "
                + "parameters",
                nameof(states));
        }
    }

    /// <summary>Parameters, held or not.</summary>
    public int Count { get; }

    /// <summary>Indices of the parameters that are 0, ascending.</summary>
    public IReadOnlyList<int> Pruned => _pruned;

    /// <summary>Indices of the parameters that keep their values, ascending.</summary>
    public IReadOnlyList<int> Frozen => _frozen;

    /// <summary>Prunes the parameters that are not kept.</summary>
    /// <exception cref="ArgumentException">None is kept.</exception>
    public static ParameterMask Keeping(ReadOnlySpan<bool> kept) => new(States(kept, ParameterState.Pruned));

    /// <summary>Freezes the parameters that are not trained.</summary>
    /// <exception cref="ArgumentException">None is trained.</exception>
    public static ParameterMask Training(ReadOnlySpan<bool> trained) => new(States(trained, ParameterState.Frozen));

    /// <summary>Makes the pruned parameters 0.</summary>
    /// <exception cref="ArgumentException">The mask is of another number of parameters.</exception>
    public void Apply<T>(Span<T> parameters) where T : unmanaged, IFloatingPointIeee754<T>
    {
        Check(parameters.Length);
        foreach (var i in _pruned)
        {
            parameters[i] = T.Zero;
        }
    }

    internal void Check(int parameters)
    {
        if (parameters != Count)
        {
            throw new ArgumentException($"the mask is of {Count} parameters, the network has {parameters}");
        }
    }

    private static ParameterState[] States(ReadOnlySpan<bool> left, ParameterState otherwise)
    {
        var states = new ParameterState[left.Length];
        for (var i = 0; i < states.Length; i++)
        {
            states[i] = left[i] ? ParameterState.Trained : otherwise;
        }

        return states;
    }

    private static int[] Where(ReadOnlySpan<ParameterState> states, ParameterState state)
    {
        var found = new List<int>();
        for (var i = 0; i < states.Length; i++)
        {
            if (states[i] == state)
            {
                found.Add(i);
            }
        }

        return [.. found];
    }
}

/// <summary>What training does to a parameter.</summary>
public enum ParameterState : byte
{
    /// <summary>It is trained.</summary>
    Trained,

    /// <summary>It keeps the value it has when training begins.</summary>
    Frozen,

    /// <summary>It is 0.</summary>
    Pruned,
}
