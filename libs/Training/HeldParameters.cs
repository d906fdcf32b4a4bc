using System.Numerics;

namespace KoopmanMesh.Training;

/// <summary>The parameters that a mask holds, with the values they are held at.</summary>
internal sealed class HeldParameters<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private readonly Memory<T> _parameters;
    private readonly int[] _indices;
    private readonly T[] _values;

    internal HeldParameters(ParameterMask mask, Memory<T> parameters)
    {
        mask.Apply(parameters.Span);
        (_parameters, _indices) = (parameters, [.. mask.Pruned, .. mask.Frozen]);
        Array.Sort(_indices);
        _values = Array.ConvertAll(_indices, i => parameters.Span[i]);
    }

    /// <summary>Gives those among parameters start … start + length - 1 their values again. Thread-safe.</summary>
    internal void PutBack(int start, int length)
    {
        var parameters = _parameters.Span;
        var first = Array.BinarySearch(_indices, start);
        for (var i = first < 0 ? ~first : first; i < _indices.Length && _indices[i] < start + length; i++)
        {
            parameters[_indices[i]] = _values[i];
        }
    }
}
