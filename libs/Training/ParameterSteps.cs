using System.Numerics;
using System.Numerics.Tensors;
using KoopmanMesh.Training.Optimizers;

namespace KoopmanMesh.Training;

/// <summary>
/// One step of all parameters that are not frozen, in pieces that stay in the second cache and run side by side. What
/// a mask holds takes part in the step and is put back after it: optimizers move each parameter by itself, so nothing
/// else notices.
/// </summary>
internal sealed class ParameterSteps<T> where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Piece = 1 << 14;

    private readonly Memory<T> _parameters;
    private readonly OptimizerOptions _options;
    private readonly HeldParameters<T>? _held;
    private readonly List<(int Start, int Length, Optimizer<T> Optimizer)> _pieces = [];

    internal ParameterSteps(DenseNetwork<T> network, OptimizerOptions options, ParameterMask? mask)
    {
        (_parameters, _options) = (network.Parameters, options);
        _held = mask is null ? null : new HeldParameters<T>(mask, _parameters);
        var start = 0;
        foreach (var layer in network.Layers)
        {
            var end = start + layer.Weights.Length + layer.Outputs;
            for (var piece = start; piece < end && !layer.IsFrozen; piece += Piece)
            {
                var length = Math.Min(Piece, end - piece);
                _pieces.Add((piece, length, options.Create<T>(length)));
            }

            start = end;
        }
    }

    /// <summary>Optimizers as they were before the first step; held parameters at their values.</summary>
    internal void Forget()
    {
        for (var i = 0; i < _pieces.Count; i++)
        {
            _pieces[i] = _pieces[i] with { Optimizer = _options.Create<T>(_pieces[i].Length) };
        }

        _held?.PutBack(0, _parameters.Length);
    }

    /// <summary>Sums what the lanes found, in their order, into the first and steps against it.</summary>
    internal void Step(ReadOnlyMemory<T[]> gradients, double rate)
    {
        if (_parameters.Length <= Piece)
        {
            for (var i = 0; i < _pieces.Count; i++)
            {
                Step(i, gradients.Span, rate);
            }

            return;
        }

        StepSideBySide(gradients, rate);
    }

    private void StepSideBySide(ReadOnlyMemory<T[]> gradients, double rate) =>
        Parallel.For(0, _pieces.Count, i => Step(i, gradients.Span, rate));

    private void Step(int i, ReadOnlySpan<T[]> gradients, double rate)
    {
        var (start, length, optimizer) = _pieces[i];
        var sum = gradients[0].AsSpan(start, length);
        for (var lane = 1; lane < gradients.Length; lane++)
        {
            TensorPrimitives.Add(sum, gradients[lane].AsSpan(start, length), sum);
        }

        optimizer.LearningRate = rate;
        optimizer.Step(_parameters.Span.Slice(start, length), sum);
        _held?.PutBack(start, length);
    }
}
