namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

/// <summary>Statements that hold for every kind of ledger.</summary>
public abstract class LedgerContract : IAsyncLifetime
{
    protected LedgerHost Ledger { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    protected abstract Task<LedgerHost> OpenAsync();

    public async ValueTask InitializeAsync() => Ledger = await OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await Ledger.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

public sealed class FileRunLedgerContractTests : RunLedgerContract
{
    protected override Task<LedgerHost> OpenAsync() => Task.FromResult<LedgerHost>(new FileLedgerHost());
}

public sealed class FileWorkLedgerContractTests : WorkLedgerContract
{
    protected override Task<LedgerHost> OpenAsync() => Task.FromResult<LedgerHost>(new FileLedgerHost());
}

public sealed class FileWorkRecoveryContractTests : WorkRecoveryContract
{
    protected override Task<LedgerHost> OpenAsync() => Task.FromResult<LedgerHost>(new FileLedgerHost());
}

public sealed class FileRunWatchContractTests : RunWatchContract
{
    protected override Task<LedgerHost> OpenAsync() => Task.FromResult<LedgerHost>(new FileLedgerHost());
}

public sealed class PostgresRunLedgerContractTests(PostgresOfTests postgres) : RunLedgerContract
{
    protected override async Task<LedgerHost> OpenAsync() => new PostgresLedgerHost(await postgres.ServerAsync());
}

public sealed class PostgresWorkLedgerContractTests(PostgresOfTests postgres) : WorkLedgerContract
{
    protected override async Task<LedgerHost> OpenAsync() => new PostgresLedgerHost(await postgres.ServerAsync());
}

public sealed class PostgresWorkRecoveryContractTests(PostgresOfTests postgres) : WorkRecoveryContract
{
    protected override async Task<LedgerHost> OpenAsync() => new PostgresLedgerHost(await postgres.ServerAsync());
}

public sealed class PostgresRunWatchContractTests(PostgresOfTests postgres) : RunWatchContract
{
    protected override async Task<LedgerHost> OpenAsync() => new PostgresLedgerHost(await postgres.ServerAsync());
}
