using KoopmanMesh.Cli.Mesh;
using KoopmanMesh.Run.V1;

namespace KoopmanMesh.Cli.Scaling;

/// <summary>What is analysed over and over: a network, its rows, and how the analysis is cut.</summary>
/// <param name="Model">Path of the network.</param>
/// <param name="Data">Path of its rows.</param>
/// <param name="DataOptions">How they are read; the limit is each run's own.</param>
/// <param name="Options">Of the analysis; the rows of a shard are each run's own.</param>
/// <param name="ShardRows">Rows of a shard; 0: so many that each replica gets some.</param>
internal sealed record ScaleJob(
    string Model, string Data, DataOptions DataOptions, AnalysisOptions Options, long ShardRows)
{
    /// <summary>Shards a replica gets on average, so that a slow one can leave some to the others.</summary>
    public const int ShardsPerReplica = 8;

    /// <summary>Uploads what the job needs and says how a run of some rows is submitted.</summary>
    public async Task<RunSpec> UploadAsync(MeshClient mesh, CancellationToken cancellationToken) => new()
    {
        Model = await mesh.UploadAsync(Model, cancellationToken),
        Data = await mesh.UploadAsync(Data, cancellationToken),
        DataOptions = DataOptions,
        Options = Options,
    };

    /// <summary>
    /// The job over so many rows. The shards hang on the rows and on <paramref name="mostReplicas"/>, not on the
    /// replicas of a run: what is compared is the same work.
    /// </summary>
    public RunSpec Of(RunSpec uploaded, long rows, int mostReplicas)
    {
        var spec = uploaded.Clone();
        spec.DataOptions.Limit = rows;
        spec.Options.ShardRows = ShardRows > 0
            ? ShardRows
            : Math.Max(1, (rows + (ShardsPerReplica * mostReplicas) - 1) / (ShardsPerReplica * mostReplicas));
        return spec;
    }
}
