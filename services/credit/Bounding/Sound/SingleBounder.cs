using KoopmanMesh.Networks.Lowering;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>Walks through one network and counts what is not settled.</summary>
internal sealed class SingleBounder(LoweredNetwork network, Propagation propagation)
{
    public UnstableCount Walk(Box box, CancellationToken cancellationToken)
    {
        var counter = new KinkTally();
        var states = new Dictionary<string, TensorState> { [network.InputName] = propagation.Start(box) };
        var last = network.Steps.SelectMany((step, i) => step.Inputs.Select(tensor => (tensor, i)))
            .GroupBy(use => use.tensor, use => use.i)
            .ToDictionary(uses => uses.Key, uses => uses.Max());
        for (var i = 0; i < network.Steps.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = network.Steps[i];
            counter.Count(step, states);
            states[step.Output] = propagation.Take(step, tensor => states[tensor]);
            foreach (var tensor in step.Inputs.Where(tensor => last[tensor] == i))
            {
                states.Remove(tensor);
            }
        }

        return counter.Result;
    }
}
