using KoopmanMesh.Servers;
using KoopmanMesh.ServiceDefaults.Tests.Ledger;

[assembly: AssemblyFixture(typeof(PostgresOfTests))]

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

/// <summary>
/// One PostgreSQL server for all tests, started by the first that asks; each test has a schema of its own.
/// </summary>
public sealed class PostgresOfTests : IAsyncDisposable
{
    // Not synced: nothing here pulls the plug of the machine.
    private readonly Lazy<Task<PostgresServer>> _server =
        new(static () => PostgresServer.StartAsync(fsync: false, CancellationToken.None));

    public Task<PostgresServer> ServerAsync() => _server.Value;

    public static string NewSchema() => $"t_{Guid.NewGuid():N}";

    public async ValueTask DisposeAsync()
    {
        if (_server.IsValueCreated)
        {
            await (await _server.Value).DisposeAsync();
        }
    }
}
