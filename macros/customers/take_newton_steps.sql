{#-
    Nothing, but runs the statement of each model until its fits are done.

    Thirty times at most; `statements` are `advance_fits` by model.

        {% do take_newton_steps({'nbd': advance_fits(...)}) %}
-#}
{% macro take_newton_steps(statements) -%}
    {%- for step in range(30) -%}
        {%- for model, statement in statements.items() -%}
            {%- set unfinished = run_query(
                "select count(*) from " ~ this ~ " where not is_done and model_name = '"
                ~ model ~ "'"
            ) -%}
            {%- if unfinished.rows[0][0] -%}
                {%- do run_query(statement) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}
