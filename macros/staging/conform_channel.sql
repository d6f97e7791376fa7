{#-
    Expression: sales channel as WEB, STORE, MOBILE or UNKNOWN.

        {{ conform_channel('channel', blank='STORE') }}
-#}
{% macro conform_channel(column, blank) -%}
    {{ conform(column, {
        'WEB': ['WEB', 'ONLINE', 'WEBSITE', 'WEB SHOP', 'WEB-SHOP', 'WEBSHOP',
                'ECOMMERCE', 'E-COMMERCE', 'INTERNET', 'DESKTOP'],
        'STORE': ['STORE', 'IN-STORE', 'IN STORE', 'INSTORE', 'SHOP', 'POS', 'TILL',
                  'RETAIL', 'BRANCH', 'OFFLINE'],
        'MOBILE': ['MOBILE', 'APP', 'MOBILE APP', 'MOBILE-APP', 'PHONE', 'IOS',
                   'ANDROID'],
    }, blank) }}
{%- endmacro %}
