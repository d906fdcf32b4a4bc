using KoopmanMesh.Networks;
using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Capture.Probing;

/// <summary>What a network's outputs are, by the operator that ends it.</summary>
internal static class OutputReading
{
    public static ProbeOutputs Of(NetworkModel model)
    {
        // Every operator leads to the output, so the last ones are the last of its own chain.
        var last = model.Operators.LastOrDefault(
            op => op is not ("Identity" or "Cast" or "Reshape" or "Flatten" or "Squeeze" or "Unsqueeze"));
        return last switch
        {
            "Softmax" => ProbeOutputs.Probabilities,
            "LogSoftmax" => ProbeOutputs.LogProbabilities,
            _ => ProbeOutputs.Logits,
        };
    }
}
