using KoopmanMesh.Networks.Lowering;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>
/// Which steps two networks share: they write a tensor of the same name in the same way from tensors of the same names.
/// What a step computes is compared, not trusted.
/// </summary>
internal sealed class Alignment
{
    private readonly Dictionary<string, LoweredStep> _original;
    private readonly HashSet<string> _shared = [];
    private readonly HashSet<string> _equal;

    public Alignment(LoweredNetwork original, LoweredNetwork hybrid)
    {
        _original = original.Steps.ToDictionary(step => step.Output);
        _equal = original.InputName == hybrid.InputName ? [original.InputName] : [];
        foreach (var step in hybrid.Steps)
        {
            if (_original.TryGetValue(step.Output, out var other) && other.SameAs(step))
            {
                _shared.Add(step.Output);
                if (step.Inputs.All(_equal.Contains))
                {
                    _equal.Add(step.Output);
                }
            }
        }
    }

    /// <summary>Whether both networks write the tensor by the same step.</summary>
    public bool IsShared(string tensor) => _shared.Contains(tensor);

    /// <summary>Whether the tensor has the same value in both, in real arithmetic.</summary>
    public bool IsEqual(string tensor) => _equal.Contains(tensor);

    /// <summary>Whether both networks have a tensor of this name and width.</summary>
    public bool IsCommon(LoweredStep hybridStep) =>
        _original.TryGetValue(hybridStep.Output, out var other) && other.Width == hybridStep.Width;
}
