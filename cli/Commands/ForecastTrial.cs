using KoopmanMesh.Training.V1;

namespace KoopmanMesh.Cli.Commands;

/// <summary>What the last weights and the predicted ones do in the network.</summary>
internal sealed record ForecastTrial(EvaluateWeightsResponse Last, EvaluateWeightsResponse Predicted)
{
    public bool IsBetter => Predicted.Loss < Last.Loss;
}
