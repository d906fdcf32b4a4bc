using KoopmanMesh.ServiceDefaults.Hosting;
using KoopmanMesh.ServiceDefaults.Tests.Support;

namespace KoopmanMesh.ServiceDefaults.Tests.Ledger;

public sealed class StateOptionsTests
{
    private const string Connection = "Host=db;Username=k;Password=s3cret;Database=k";

    private static readonly StateOptionsValidator _validator = new();

    [Fact]
    public void Validate_Postgres_NamesEverythingThatIsWrong()
    {
        var failures = _validator.Validate(null, new StateOptions
        {
            Root = "/data",
            Ledger = LedgerKind.Postgres,
            PostgresSchema = "Robert'; DROP TABLE runs",
            PostgresConnections = 0,
            PostgresTimeout = TimeSpan.FromMilliseconds(10),
            LedgerPatience = TimeSpan.FromDays(1),
        }).Failures!;

        Assert.Equal(
            [
                "State:Ledger is Postgres, and neither State:Postgres nor State:PostgresFile names a database",
                "State:PostgresSchema is 'Robert'; DROP TABLE runs', expected 1 to 40 lower-case letters, digits and "
                + "underscores, a letter first",
                "State:PostgresConnections is 0, expected 1 to 1000",
                "State:PostgresTimeout is 00:00:00.0100000, expected 1 s to 10 min",
                "State:LedgerPatience is 1.00:00:00, expected 0 to 1 h",
            ],
            failures);
    }

    [Theory]
    [InlineData("Host=db;Password=s3cret;Nonsense=1")]
    [InlineData("Host=db;Port=s3cret")]
    [InlineData("s3cret")]
    [InlineData("Password=s3cret")]
    [InlineData("Host=db;SSL Mode=s3cret")]
    public void Validate_AConnectionStringThatIsNone_SaysSoAndDoesNotShowIt(string connection)
    {
        var failure = Assert.Single(_validator.Validate(null, Postgres(connection)).Failures!);

        Assert.StartsWith("State:Postgres ", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_TheConnectionString_IsOneSettingOrAFile()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "connection");
        File.WriteAllText(file, Connection + "\n");

        Assert.True(_validator.Validate(null, Postgres(Connection)).Succeeded);
        Assert.True(_validator.Validate(null, Postgres(null, file)).Succeeded);
        Assert.Equal(
            ["State:Postgres and State:PostgresFile are both set, expected one of them"],
            _validator.Validate(null, Postgres(Connection, file)).Failures!);
        Assert.StartsWith(
            $"State:PostgresFile \"{file}2\" cannot be read: ",
            Assert.Single(_validator.Validate(null, Postgres(null, file + "2")).Failures!),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_OfFiles_DoesNotAskForADatabase() =>
        Assert.True(_validator.Validate(null, new StateOptions { Root = "/data" }).Succeeded);

    private static StateOptions Postgres(string? connection, string? file = null) => new()
    {
        Root = "/data",
        Ledger = LedgerKind.Postgres,
        Postgres = connection,
        PostgresFile = file,
    };
}
