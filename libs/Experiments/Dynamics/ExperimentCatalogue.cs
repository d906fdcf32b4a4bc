namespace KoopmanMesh.Experiments.Dynamics;

/// <summary>The experiments that the command line knows.</summary>
public static class ExperimentCatalogue
{
    /// <summary>All, in the order that help lists them.</summary>
    public static IReadOnlyList<IExperiment> All { get; } =
    [
        new Initialisation.InitialisationExperiment(),
        new Stopping.StoppingExperiment(),
        new Pruning.PruningExperiment(),
        new Sobolev.SobolevExperiment(),
        new Depth.DepthExperiment(),
        new Hamiltonian.HamiltonianExperiment(),
        new MnistForecast.MnistForecastExperiment(),
        new Jumping.JumpExperiment(),
        new Equivalence.EquivalenceExperiment(),
    ];

    /// <summary>The one of a name, or null.</summary>
    public static IExperiment? Find(string name) => All.FirstOrDefault(e => e.Name == name);
}
