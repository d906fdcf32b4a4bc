namespace KoopmanMesh.Experiments.Dynamics;

/// <summary>One experiment on training as a dynamical system: a command, a table, its plots.</summary>
public interface IExperiment
{
    /// <summary>As the command line names it, e.g. "stopping".</summary>
    string Name { get; }

    /// <summary>What is reproduced, e.g. "E1.2: the stop rule of 2006.11765 on MNIST".</summary>
    string Title { get; }

    /// <summary>Whether it reads MNIST.</summary>
    bool NeedsMnist { get; }

    /// <summary>Seeds it runs by default: what its numbers in docs/reproductions were made with.</summary>
    int DefaultSeeds { get; }

    /// <summary>Runs all seeds, those in the folder already excepted, and writes up what came out.</summary>
    /// <exception cref="OperationCanceledException">The run was cancelled; finished seeds are kept.</exception>
    ExperimentReport Run(ExperimentContext context, CancellationToken cancellationToken);
}
