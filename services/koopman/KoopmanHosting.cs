using KoopmanMesh.Contracts.Events;
using KoopmanMesh.Koopman.Fitting;
using KoopmanMesh.Koopman.Grpc;
using KoopmanMesh.Koopman.Intake;
using KoopmanMesh.Koopman.Messaging;
using KoopmanMesh.Koopman.Operators;
using KoopmanMesh.Koopman.StandIns;
using KoopmanMesh.Koopman.Training;
using KoopmanMesh.Numerics.Accumulation;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace KoopmanMesh.Koopman;

/// <summary>Everything that fits an operator, as a host takes it in.</summary>
public static class KoopmanHosting
{
    private const int MergesAtOnce = 2;
    private const int FitsAtOnce = 2;

    /// <summary>Adds the koopman service; the host has service defaults and gRPC already.</summary>
    public static IHostApplicationBuilder AddKoopman(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<IntakeOptions>().BindConfiguration(IntakeOptions.SectionName).ValidateOnStart();
        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<IntakeOptions>, IntakeOptionsValidator>());
        builder.Services
            .AddLinearAlgebra()
            .AddSingleton<AccumulatorBudget>()
            .AddSingleton<AccumulatorStore>()
            .AddSingleton<TrajectoryStore>()
            .AddSingleton<OperatorStore>()
            .AddSingleton<PairIntake>()
            .AddSingleton<TrajectoryIntake>()
            .AddSingleton<ComponentFitter>()
            .AddSingleton<ComponentParts>()
            .AddEventHandler<MergePlanned, MergePlannedHandler>(MergesAtOnce)
            .AddEventHandler<FitPlanned, FitPlannedHandler>(FitsAtOnce)
            .AddErrorMapping<NonFiniteSnapshotException>(ErrorKind.FailedPrecondition, "NON_FINITE_ACTIVATION")
            .AddErrorMapping<NonFiniteDataException>(ErrorKind.FailedPrecondition, "NON_FINITE_ACTIVATION");
        AddOperators(builder.Services);
        builder.Services.AddTraining();
        return builder;
    }

    /// <summary>Maps the koopman service's gRPC methods.</summary>
    public static IEndpointRouteBuilder MapKoopman(this IEndpointRouteBuilder app)
    {
        app.MapGrpcService<FitGrpcService>();
        app.MapGrpcService<OperatorGrpcService>();
        app.MapGrpcService<StandInGrpcService>();
        app.MapGrpcService<TrainingGrpcService>();
        return app;
    }

    private static void AddOperators(IServiceCollection services)
    {
        services.AddOptions<OperatorOptions>().BindConfiguration(OperatorOptions.SectionName).ValidateOnStart();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<OperatorOptions>, OperatorOptionsValidator>());
        services
            .AddSingleton<OperatorFiles>()
            .AddSingleton<SummaryFiles>()
            .AddSingleton<SummaryMerger>()
            .AddSingleton<FitGate>()
            .AddSingleton<OperatorFitter>()
            .AddSingleton<OperatorPredictor>()
            .AddSingleton<StandInFitting>();
    }
}
